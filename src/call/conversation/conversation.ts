/** One conversation over two legs: every event of either side has its effect here, and every policy of the talk is asked here. */
import type { Clock } from '../../flow/clock.ts'
import type { Detection, PhoneEvent } from '../carrier.ts'
import type { End } from '../end-reason.ts'
import type { Emit } from '../events.ts'
import type { ModelEvent, ModelLeg, ReconnectReason } from '../live-model.ts'
import type { Phone } from '../phone.ts'
import type { CallRequest } from '../request.ts'
import type { Tool } from '../tools.ts'
import { programStalled } from '../warnings.ts'
import { createAgentActs } from './agent-acts.ts'
import { createAgentSide } from './agent-side.ts'
import { createEnding } from './ending.ts'
import { endsWithPhrase, saysFarewell } from './farewell-phrases.ts'
import { createFloor } from './floor.ts'
import { createGreetingShield } from './greeting-shield.ts'
import { CUES, greetingTrigger, keysCue } from './instructions.ts'
import { createLatency } from './latency.ts'
import { createLimits } from './limits.ts'
import { createPatience } from './patience.ts'
import { createPersonSide } from './person-side.ts'
import { createSessionMove } from './session-move.ts'
import { stallMeasures } from './stall-measures.ts'
import { startTicker } from './ticker.ts'
import { createUplink } from './uplink.ts'

/** How often everything is looked after while nothing happens. */
const TICK_MS = 100

/** What a conversation is made of, but for the phone. */
export type ConversationPlan = {
  model: ModelLeg
  clock: Clock
  emit: Emit
  request: CallRequest
  /** The user's functions; every agent's own come on top. */
  tools: readonly Tool[]
  /** Notes that the person does not want to be called again. */
  doNotCall: () => Promise<void>
}

/** What the bridge feeds with everything that either leg reports. */
export type Conversation = {
  phone(event: Exclude<PhoneEvent, { type: 'closed' }>): void
  model(event: Exclude<ModelEvent, { type: 'closed' | 'usage' | 'unreadable' }>): void
  /** The carrier has found out who answered. */
  detected(detection: Detection): void
  /** Whether something of the agent is still to be heard. */
  readonly agentSpeaking: boolean
  /** Ends open turns and stops every timer; later events have no effect. */
  close(): void
}

/** Starts now, with time 0 of all its events. `concluded` is called once, when the conversation has come to an end of its own. */
export function createConversation(
  { model, clock, emit, request, tools, doNotCall }: ConversationPlan,
  phone: Phone,
  concluded: (end: End) => void,
): Conversation {
  const startedAtMs = clock.nowMs()
  const nowMs = () => clock.nowMs() - startedAtMs
  let turnCount = 0
  const nextTurn = () => {
    turnCount += 1
    return turnCount
  }
  let closed = false

  const latency = createLatency(emit)
  const ending = createEnding(nowMs, concluded)
  const floor = createFloor(nowMs, request.speaksFirst)
  const uplink = createUplink(model, emit)
  const shield = createGreetingShield(nowMs, request.speaksFirst === 'agent')
  const person = createPersonSide(
    {
      ...{ sampleRate: phone.sampleRate, inputRate: model.inputRate },
      ...{ uplink, shield, floor, ending, latency, nowMs, nextTurn, emit },
    },
    {
      spoke() {
        patience.personSpoke()
        acts.personSpoke()
      },
      entered: (digits) => cue(keysCue(digits)),
    },
  )
  const agent = createAgentSide({
    ...{ phone, model, clock, nowMs, emit, nextTurn },
    ended: (text) => agentTurnEnded(text),
  })

  const cue = (text: string) => {
    floor.asked()
    model.sendText(text)
  }
  const limits = createLimits(request, { floor, ending, nowMs, cue })
  const move = createSessionMove(model, floor, nowMs)
  const patience = createPatience(
    floor,
    request.silenceTimeoutMs,
    nowMs,
    stallMeasures({
      ...{ model, emit, cue },
      greeting: greetingTrigger(request.greeting),
      sayGoodbye() {
        ending.begin('silence', 'asked')
        cue(CUES.nobodyThere)
      },
      giveUp: concluded,
    }),
  )
  const acts = createAgentActs(
    { request, tools, doNotCall, phone, agent, model, clock, nowMs, emit, floor, ending, uplink },
    {
      interrupt: () => interrupt(),
      endTurns() {
        person.endTurns()
        agent.endTurns()
      },
      acted: person.answered,
      answered: () => patience.suspect('model-deaf-after-tool'),
      concluded,
    },
  )
  const agentTurnEnded = (text: string) => {
    if (closed) return
    if (saysFarewell(text, request.language) || endsWithPhrase(text, request.farewells))
      ending.begin('agent-hung-up', 'phrase')
    else limits.agentTurnEnded()
  }

  const sayAgent = (pcm: Int16Array) => {
    const sound = agent.sound(pcm)
    if (!sound) return
    ending.agentSpoke()
    if (sound.audible) {
      floor.agentSpeech(sound.heardInMs)
      patience.agentSpoke()
      acts.agentSpoke()
    } else if (!sound.turnAudible) patience.suspect('model-silent-audio')
    if (sound.opened === undefined) return
    // A hello that nobody listens to is not answered either.
    if (!shield.up) latency.agentAnswers(sound.opened, nowMs(), person.silentSinceMs)
    shield.agentSpoke()
    person.answered()
  }
  const interrupt = () => {
    ending.modelDone()
    if (!agent.interrupt()) return
    floor.agentCut()
    acts.agentCut()
    person.spokeAgain()
    patience.suspect('model-frozen-after-interruption')
  }
  const turnComplete = () => {
    const was = agent.complete()
    if (was === 'nothing' && floor.owedBy === 'agent') patience.suspect('model-empty-turn')
    ending.modelDone()
  }
  const reconnected = (reason: ReconnectReason) => {
    patience.resumed()
    // Nothing more of a turn comes that was being made on the old connection, and a session does not take it up by itself.
    const cutOff = agent.making
    if (cutOff) turnComplete()
    if (ending.begun) return
    if (cutOff) cue(CUES.goOn)
    else if (reason === 'stalled' && !floor.personSpeaking) cue(CUES.nudge)
  }
  const lookAfter = () => {
    if (agent.silent) shield.agentSilent()
    agent.progress()
    person.progress()
    acts.progress()
    if (!ending.begun && !acts.underWay) patience.progress()
    limits.progress()
    move.progress(agent)
    if (!acts.messageWaits) ending.progress(agent.silent && !agent.open)
  }
  const stopTicker = startTicker(clock, TICK_MS, {
    tick: lookAfter,
    stalled: (ms) => emit(programStalled(ms)),
  })
  if (request.speaksFirst === 'agent') model.sendText(greetingTrigger(request.greeting))

  return {
    phone(event) {
      if (closed) return
      switch (event.type) {
        case 'audio':
          return person.hear(event.pcm, event.atMs)
        case 'mark':
          agent.markEchoed(event.name)
          return lookAfter()
        case 'digit':
          return person.pressed(event.digit)
        default:
          event satisfies never
      }
    },
    model(event) {
      if (closed) return
      switch (event.type) {
        case 'audio':
          return sayAgent(event.pcm)
        case 'agent-text':
          return agent.text(event.text)
        case 'person-text':
          return person.text(event.text)
        case 'interrupted':
          return interrupt()
        case 'generation-complete':
          return agent.made()
        case 'turn-complete':
          turnComplete()
          return lookAfter()
        case 'tool-call':
          return acts.call(event)
        case 'going-away':
          return move.announced(event.timeLeftMs)
        case 'reconnected':
          return reconnected(event.reason)
        case 'tool-cancelled':
          return acts.cancelled(event.ids)
        case 'resumable':
          return
        default:
          event satisfies never
      }
    },
    detected(detection) {
      if (!closed) acts.detected(detection)
    },
    get agentSpeaking() {
      return !closed && !agent.silent
    },
    close() {
      closed = true
      stopTicker()
      acts.close()
      agent.close()
      person.endTurns()
    },
  }
}
