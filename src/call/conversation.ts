/** One conversation over two legs: the person's sound goes up, the agent's comes down, and every event of either side has its effect here. */
import { createSpeechDetector } from '../audio/level.ts'
import { createResampler } from '../audio/resample.ts'
import type { Clock } from '../flow/clock.ts'
import { createAgentTurns } from './agent-turns.ts'
import { createAgentVoice } from './agent-voice.ts'
import type { Emit } from './events.ts'
import { createFarewell } from './farewell.ts'
import { createPersonTurns } from './person-turns.ts'
import type { ModelEvent, ModelLeg, PhoneEvent, PhoneLeg } from './ports.ts'
import { END_CALL } from './tools.ts'

/** How often turns are looked after while nothing else happens. */
const TICK_MS = 100
/** Sound that the server sent before it noticed an interruption may still come for this long; later sound is the next turn's. */
const LATE_SOUND_MS = 500
/** The person's sound is laid end to end, as a phone line does; only a gap longer than this is kept as silence. */
const GAP_MS = 200

/** What the bridge feeds with everything that either leg reports. */
export type Conversation = {
  phone(event: Exclude<PhoneEvent, { type: 'closed' }>): void
  model(event: Exclude<ModelEvent, { type: 'closed' | 'usage' | 'unreadable' }>): void
  /** Ends open turns and stops every timer. */
  close(): void
}

/** Starts now, with time 0 of all its events. `farewellHeard` is called once, when the agent has ended the conversation. */
export function createConversation(deps: {
  phone: PhoneLeg
  model: ModelLeg
  clock: Clock
  emit: Emit
  farewellHeard: () => void
}): Conversation {
  const { phone, model, clock, emit } = deps
  const startedAtMs = clock.nowMs()
  const nowMs = () => clock.nowMs() - startedAtMs
  let turnCount = 0
  const nextTurn = () => {
    turnCount += 1
    return turnCount
  }
  const voice = createAgentVoice(phone, model.outputRate, clock, (pcm, playsAtMs) =>
    emit({ type: 'sound.agent', pcm, atMs: playsAtMs - startedAtMs }),
  )
  const agentTurns = createAgentTurns({ emit, sound: voice, nowMs, nextTurn })
  const personTurns = createPersonTurns({ emit, nowMs, nextTurn })
  const farewell = createFarewell(nowMs, deps.farewellHeard)
  const toModel = createResampler(phone.sampleRate, model.inputRate)
  const detector = createSpeechDetector({ sampleRate: phone.sampleRate })
  let personSoundMs = 0
  let dropSoundUntilMs = 0
  let quickAnswer: { turn: number; atMs: number } | undefined

  const hearPerson = (pcm: Int16Array) => {
    model.sendAudio(toModel.push(pcm))
    const lengthMs = (pcm.length * 1000) / phone.sampleRate
    if (nowMs() - lengthMs - personSoundMs > GAP_MS) personSoundMs = nowMs() - lengthMs
    emit({ type: 'sound.person', pcm, atMs: personSoundMs })
    personSoundMs += lengthMs
    const change = detector.push(pcm)
    if (change?.type === 'speech-started') {
      personTurns.speechStarted(personSoundMs - change.agoMs)
      farewell.personSpoke()
    } else if (change) {
      const endedAtMs = personSoundMs - change.agoMs
      personTurns.speechEnded(endedAtMs)
      // An answer can be quicker than the certainty that the person has finished.
      if (quickAnswer && endedAtMs <= quickAnswer.atMs)
        tellLatency(quickAnswer.turn, quickAnswer.atMs - endedAtMs)
      quickAnswer = undefined
    }
  }
  const tellLatency = (turn: number, ms: number) =>
    emit({ type: 'latency', turn, responseMs: Math.round(ms) })

  const sayAgent = (pcm: Int16Array) => {
    if (nowMs() < dropSoundUntilMs) return
    const opened = agentTurns.sound()
    voice.say(pcm)
    farewell.agentSpoke()
    if (opened === undefined) return
    const silentSinceMs = personTurns.silentSinceMs
    if (silentSinceMs === undefined) quickAnswer = { turn: opened, atMs: nowMs() }
    else tellLatency(opened, nowMs() - silentSinceMs)
    personTurns.answered()
  }

  const interrupt = () => {
    farewell.modelDone()
    // The model may have finished long ago: what counts is whether the person still hears it.
    if (!agentTurns.open && voice.silent) return
    if (agentTurns.making) dropSoundUntilMs = nowMs() + LATE_SOUND_MS
    agentTurns.cut('person')
    voice.cut()
    emit({ type: 'sound.cut', atMs: nowMs() })
    personTurns.spokeAgain()
  }

  const callTool = (call: { id: string; name: string; args: Record<string, unknown> }) => {
    emit({ type: 'tool.called', name: call.name, args: call.args })
    const known = call.name === END_CALL.name
    model.answerTool(call, known ? { output: 'ok' } : { error: `There is no function ${call.name}.` }, known)
    if (known) farewell.begin()
    emit({ type: 'tool.returned', name: call.name, ok: known })
  }

  const lookAfter = () => {
    agentTurns.progress()
    personTurns.progress()
    farewell.progress(voice.silent && !agentTurns.open)
  }
  let cancelTick = () => {}
  const tick = () => {
    lookAfter()
    cancelTick = clock.after(TICK_MS, tick)
  }
  tick()

  return {
    phone(event) {
      switch (event.type) {
        case 'audio':
          return hearPerson(event.pcm)
        case 'mark':
          voice.markEchoed(event.name)
          return lookAfter()
        case 'digit':
          return emit({ type: 'dtmf.received', digit: event.digit })
        default:
          event satisfies never
      }
    },
    model(event) {
      switch (event.type) {
        case 'audio':
          return sayAgent(event.pcm)
        case 'agent-text':
          if (nowMs() >= dropSoundUntilMs) agentTurns.text(event.text)
          return
        case 'person-text':
          farewell.personSpoke()
          return personTurns.text(event.text)
        case 'interrupted':
          return interrupt()
        case 'generation-complete':
          return voice.finish()
        case 'turn-complete':
          dropSoundUntilMs = 0
          voice.finish()
          agentTurns.complete()
          farewell.modelDone()
          return lookAfter()
        case 'tool-call':
          return callTool(event)
        case 'tool-cancelled':
        case 'going-away':
        case 'resumable':
          return
        case 'reconnected':
          return emit({ type: 'model.reconnected', reason: event.reason, gapMs: event.gapMs })
        default:
          event satisfies never
      }
    },
    close() {
      cancelTick()
      agentTurns.cut('end')
      voice.close()
      personTurns.end()
    },
  }
}
