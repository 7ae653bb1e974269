/** Where in the script a conversation is: which words the agent says next, and which the person is heard to say. */
import type { AgentTurn, PersonTurn, ScenarioTurn } from '../scenario.ts'

/** A place in the script, small enough to be kept with a resumption handle. */
export type ScriptPlace = { agent: number; person: number }

/** The agent's next turn, with its place among all turns and its number among the agent's (from 1). */
export type NextAgentTurn = { turn: AgentTurn; index: number; number: number }

/** Follows the script as the two sides really speak, in whatever order they do. */
export type ScriptCursor = {
  readonly place: ScriptPlace
  /** The agent's next turn, or undefined at the end of the script. */
  nextAgentTurn(): NextAgentTurn | undefined
  /** True when the script lets the agent speak next, without a turn of the person before it. */
  agentFollowsItself(): boolean
  /** The agent's turn `index` can be heard: the next one is a later one. */
  agentBegan(index: number): void
  /**
   * The person speaks, perhaps into the agent's turn `cutIndex`: the turn with words that it must be, or undefined when the script
   * has none left. An agent's turn that the script has after those words was begun too early and will start over.
   */
  personBegan(cutIndex: number | undefined): PersonTurn | undefined
  /** The person is silent again: true when the script lets the agent answer, false when it has the person say more first. */
  agentMayAnswer(): boolean
}

/** A cursor at `place` (default: the beginning). */
export function createScriptCursor(
  turns: readonly ScenarioTurn[],
  place: ScriptPlace = { agent: 0, person: 0 },
): ScriptCursor {
  let { agent, person } = place
  const isSpoken = (turn: ScenarioTurn) =>
    turn.speaker === 'person' && (turn.text !== '' || turn.audio !== undefined)
  const indexFrom = (start: number, fits: (turn: ScenarioTurn) => boolean) =>
    turns.findIndex((turn, index) => index >= start && fits(turn))

  return {
    get place() {
      return { agent, person }
    },
    nextAgentTurn() {
      const index = indexFrom(agent, (turn) => turn.speaker === 'agent')
      const turn = turns[index]
      if (turn?.speaker !== 'agent') return undefined
      const number = turns.slice(0, index + 1).filter(({ speaker }) => speaker === 'agent').length
      return { turn, index, number }
    },
    agentFollowsItself() {
      return turns[agent]?.speaker === 'agent'
    },
    agentBegan(index) {
      agent = index + 1
    },
    personBegan(cutIndex) {
      const index = indexFrom(person, isSpoken)
      const turn = turns[index]
      if (turn?.speaker !== 'person') return undefined
      person = index + 1
      if (cutIndex !== undefined && cutIndex > index) agent = cutIndex
      return turn
    },
    agentMayAnswer() {
      const next = turns[indexFrom(person, (turn) => turn.speaker === 'agent' || isSpoken(turn))]
      return next?.speaker !== 'person'
    },
  }
}
