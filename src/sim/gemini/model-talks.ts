/** All talks of one simulator: begun, found again by their handles, or by what a client tells of them. */
import type { Clock } from '../../flow/clock.ts'
import type { AgentTurn, Scenario } from '../scenario.ts'
import { cuedTurns, turnsInOrder } from '../turn-order.ts'
import { createModelTalk, type ModelTalk } from './model-talk.ts'
import { createScriptCursor } from './script-cursor.ts'
import type { SessionSettings } from './setup-rules.ts'
import { createStalls } from './stalls.ts'
import type { PlanOptions } from './turn-plan.ts'

/** What a handle stands for. */
export type Resumption = {
  talk: ModelTalk
  /** To be called when it is taken up: a handle that is not the latest one leads back to what was known when it was given. */
  takeUp: () => void
}

/** Where sessions find their talk. */
export type ModelTalks = {
  /** The script from its beginning. */
  begin(settings: SessionSettings): ModelTalk
  byHandle(handle: string): Resumption | undefined
  /** Its resumption was refused: only a fresh session that is told of it can go on with it. */
  refused(talk: ModelTalk): void
  /** The refused talk of which `text` tells; it goes on after the last words that the text knows. */
  toldIn(text: string): ModelTalk | undefined
}

/** No talk yet. */
export function createModelTalks(deps: {
  scenario: Scenario
  clock: Clock
  speech: (turn: AgentTurn) => Promise<Int16Array>
  plan: PlanOptions
  changed: () => void
  newId: () => string
}): ModelTalks {
  const turns = turnsInOrder(deps.scenario)
  const cues = cuedTurns(deps.scenario)
  const byHandle = new Map<string, Resumption>()
  const refused = new Set<ModelTalk>()
  return {
    begin(settings) {
      const cursor = createScriptCursor(turns)
      let latest = ''
      const talk = createModelTalk(
        {
          ...deps,
          cursor,
          cues,
          stalls: createStalls(deps.scenario.faults.stalls),
          newHandle() {
            const handle = deps.newId()
            const { place } = cursor
            const takeUp = () => {
              if (handle !== latest) cursor.returnTo(place)
            }
            byHandle.set(handle, { talk, takeUp })
            latest = handle
            return handle
          },
          newCallId: () => `function-call-${deps.newId()}`,
        },
        settings,
      )
      return talk
    },
    byHandle: (handle) => byHandle.get(handle),
    refused(talk) {
      refused.add(talk)
    },
    toldIn(text) {
      const told = [...refused].findLast((talk) => talk.recall(text))
      if (told) refused.delete(told)
      return told
    },
  }
}
