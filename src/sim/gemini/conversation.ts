/** The model's side of a scenario: who has the floor, when the agent answers, and what happens when the person speaks into its turn. */
import { type AgentSpeechDeps, type Generated, speakTurn } from './agent-speech.ts'
import type { ReceivedToolResponse, SessionRecord } from './observations.ts'
import { createPersonWords } from './person-words.ts'
import type { ScriptCursor } from './script-cursor.ts'
import type { SessionSettings } from './setup-rules.ts'
import { createUsageLedger } from './usage-ledger.ts'
import { createVoiceDetector } from './voice-detector.ts'

/** What the conversation needs of its session and its server. */
export type ConversationDeps = AgentSpeechDeps & {
  settings: SessionSettings
  cursor: ScriptCursor
  record: SessionRecord
  /** Called after every change of the record. */
  changed: () => void
  /** A new resumption handle for where the script is now. */
  newHandle: () => string
  newCallId: () => string
  /** The simulator itself failed (no sound for a turn). */
  failed: (error: unknown) => void
}

/** One session's talk, from setupComplete to the close. */
export type Conversation = {
  hear(pcm: Int16Array, rate: number): void
  /** The client says itself when the person speaks (voice detection is off). */
  markSpeech(speaking: boolean): void
  /** Text for the model. `cuts`: it ends whatever the model was saying (clientContent); else it waits for the end of the turn. */
  read(text: string, cuts: boolean): void
  takeToolResponses(responses: readonly ReceivedToolResponse[]): void
  close(): void
}

/** A turn of the agent between its trigger and the end of its assumed playback. */
type Turn = {
  cut: AbortController
  /** Begun by the person's silence rather than by text. */
  answersPerson: boolean
  /** Undefined while the model thinks; then its place in the script and what has been generated. */
  sounding: (Generated & { index: number }) | undefined
}

/** An answer that has nothing left to say takes this long. */
const EMPTY_TURN_MS = 350
/** The phone hears the end of a turn later than the model believes, so `interrupted` may still come after turnComplete. */
const LATE_INTERRUPT_MS = 300

/** A conversation in which nobody has spoken yet. */
export function createConversation(deps: ConversationDeps): Conversation {
  const { settings, cursor, clock, send, record } = deps
  const detector = createVoiceDetector(settings.silenceMs)
  const ledger = createUsageLedger(settings.promptTokens)
  const openCalls = new Set<string>()
  let turn: Turn | undefined
  let personSpeaks = false
  let personWords = createPersonWords('', () => {})
  /** Something to answer came while the agent was speaking. */
  let answerNext = false
  let playedUntilMs = Number.NEGATIVE_INFINITY

  const begin = (answersPerson: boolean) => {
    answerNext = false
    const current: Turn = { cut: new AbortController(), answersPerson, sounding: undefined }
    turn = current
    speak(current).catch(deps.failed)
  }
  const speak = async (current: Turn) => {
    const { signal } = current.cut
    const next = cursor.nextAgentTurn()
    if (!next) {
      await clock.sleep(EMPTY_TURN_MS, signal)
      if (!signal.aborted) complete({ soundMs: 0, characters: 0 })
      return
    }
    const begins = () => {
      const sounding = { index: next.index, soundMs: 0, characters: 0 }
      current.sounding = sounding
      cursor.agentBegan(next.index)
      record.said.push(next.turn.text)
      deps.changed()
      if (settings.resumption && next.number % 2 === 0)
        send({ sessionResumptionUpdate: { resumable: false } })
      return sounding
    }
    const done = await speakTurn(next, deps, { begins, spoken: () => call(next.turn.tools) }, signal)
    if (done && current.sounding) complete(current.sounding)
  }
  const call = (tools: readonly { name: string; args: Record<string, unknown> }[]) => {
    // A model can only call what was declared.
    const functionCalls = tools
      .filter(({ name }) => settings.toolNames.has(name))
      .map(({ name, args }) => ({ id: deps.newCallId(), name, args }))
    for (const { id } of functionCalls) openCalls.add(id)
    if (functionCalls.length > 0) send({ toolCall: { functionCalls } })
  }
  const complete = (generated: Generated) => {
    turn = undefined
    playedUntilMs = clock.nowMs() + LATE_INTERRUPT_MS
    closeTurn(generated)
    if (answerNext) begin(false)
  }
  const closeTurn = ({ soundMs, characters }: Generated) => {
    send({ serverContent: { turnComplete: true }, usageMetadata: ledger.turn(soundMs, characters) })
    if (settings.resumption)
      send({ sessionResumptionUpdate: { newHandle: deps.newHandle(), resumable: true } })
  }
  /** Takes the floor from the agent; the script's index of the turn that was cut, if it could be heard. */
  const cut = (): number | undefined => {
    const sounding = turn?.sounding
    turn?.cut.abort()
    turn = undefined
    if (!sounding) return undefined
    record.interruptions += 1
    send({ serverContent: { interrupted: true } })
    if (openCalls.size > 0) send({ toolCallCancellation: { ids: [...openCalls] } })
    openCalls.clear()
    closeTurn(sounding)
    return sounding.index
  }
  /** Lets the agent act upon something: after its turn, or at once when `cuts`. What it is about to say already takes it along. */
  const answer = (cuts: boolean) => {
    if (personSpeaks || (turn && !turn.sounding)) return
    if (turn && !cuts) {
      answerNext = true
      return
    }
    cut()
    begin(false)
  }

  const personStarts = () => {
    personSpeaks = true
    record.speechStarts += 1
    // Speech before the agent's answer could be heard goes on with what the person was saying.
    const goesOn = turn?.answersPerson === true && !turn.sounding
    const late = !turn && clock.nowMs() < playedUntilMs
    if (late && settings.interrupts) send({ serverContent: { interrupted: true } })
    const cutIndex = settings.interrupts ? cut() : undefined
    if (!goesOn) {
      const heard = cursor.personBegan(cutIndex)
      if (heard) record.heard.push(heard.text)
      personWords = createPersonWords(heard?.text ?? '', (text) => {
        if (settings.transcribesPerson) send({ serverContent: { inputTranscription: { text } } })
      })
    }
    deps.changed()
  }
  const personStops = () => {
    personSpeaks = false
    personWords.finish()
    if (turn) answerNext = true
    else if (cursor.agentMayAnswer()) begin(true)
  }

  return {
    hear(pcm, rate) {
      ledger.heard((pcm.length * 1000) / rate)
      if (!settings.detectsVoice) return
      for (const change of detector.hear(pcm, rate)) {
        if (change === 'start') personStarts()
        else personStops()
      }
      if (personSpeaks) personWords.after(detector.speechMs)
    },
    markSpeech(speaking) {
      if (speaking && !personSpeaks) personStarts()
      else if (!speaking && personSpeaks) personStops()
    },
    read(text, cuts) {
      ledger.read(text)
      answer(cuts)
    },
    takeToolResponses(responses) {
      let speaks = false
      let cuts = false
      for (const { id, scheduling } of responses) {
        if (!openCalls.delete(id)) record.violations.push(`answered a tool call that is not open: ${id}`)
        else if (scheduling !== 'SILENT') {
          speaks = true
          cuts ||= scheduling === 'INTERRUPT'
        }
      }
      // A result makes the model speak unless it is silent; here, as far as the script has words for it.
      if (speaks && cursor.agentFollowsItself()) answer(cuts)
    },
    close() {
      turn?.cut.abort()
      turn = undefined
    },
  }
}
