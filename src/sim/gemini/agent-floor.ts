/** The agent's turns: begun, spoken, completed, cut by the person, broken off with their connection, or stalled. */
import type { Clock } from '../../flow/clock.ts'
import type { AgentTurn } from '../scenario.ts'
import { type Generated, hush, speakTurn } from './agent-speech.ts'
import type { ClientConnection } from './client-connection.ts'
import { createOpenCalls, type OpenCalls } from './open-calls.ts'
import type { NextAgentTurn, ScriptCursor } from './script-cursor.ts'
import type { Stalls } from './stalls.ts'
import type { PlanOptions } from './turn-plan.ts'
import type { UsageLedger } from './usage-ledger.ts'

/** What the agent's side of a conversation needs. */
export type AgentFloorDeps = {
  clock: Clock
  /** The agent's voice: 24 kHz. */
  speech: (turn: AgentTurn) => Promise<Int16Array>
  plan: PlanOptions
  cursor: ScriptCursor
  stalls: Stalls
  /** Called after every change of a record. */
  changed: () => void
  /** A new resumption handle for this conversation. */
  newHandle: () => string
  newCallId: () => string
  /** The connection that has the floor now. */
  connection: () => ClientConnection | undefined
  ledger: () => UsageLedger
}

/** A turn of the agent between its trigger and the end of its assumed playback; it stays with its connection. */
type OpenTurn = {
  /** What is said, and where it stands in the script: nothing at the script's end, nowhere on a cue. */
  spoken: (Partial<NextAgentTurn> & Pick<NextAgentTurn, 'turn'>) | undefined
  connection: ClientConnection
  cut: AbortController
  /** Begun by the person's silence rather than by text. */
  answersPerson: boolean
  /** Undefined while the model thinks; then what has been generated. */
  sounding: Generated | undefined
  /** All sound is sent. */
  isSpoken: boolean
}

/** Who speaks on the model's side, one turn at a time. */
type AgentFloor = {
  readonly turn: OpenTurn | undefined
  readonly calls: OpenCalls
  /** Begins the next turn in the script, or this one on its cue. */
  begin(answersPerson: boolean, cued?: AgentTurn): void
  /** Has a turn begin after the open one; the one on its cue, if there are several. */
  owe(cued: AgentTurn | undefined): void
  /** Has a turn about a tool's result begin after everything else, unless another turn in the script takes the result along. */
  oweResult(): void
  /** Begins what is owed; false when nothing is. */
  pay(): boolean
  /** Says that the open turn is over. */
  complete(): void
  /** Takes the floor from the agent: `interrupted`; the script's index of the turn that was cut, if it could be heard. */
  cut(byPerson: boolean): number | undefined
  /** The person speaks after the turn's end, but perhaps before the phone has played it: `interrupted` all the same. */
  cutLate(connection: ClientConnection): void
  /** Ends the open turn without a word. */
  stop(): void
  /** The connection is over: what the agent says over it breaks off, and what it owes is forgotten. */
  leave(connection: ClientConnection): void
}

/** An answer that has nothing left to say takes this long. */
const EMPTY_TURN_MS = 350
/** The phone hears the end of a turn later than the model believes, so `interrupted` may still come after turnComplete. */
const LATE_INTERRUPT_MS = 300

/** A floor that nobody has taken. */
export function createAgentFloor(deps: AgentFloorDeps): AgentFloor {
  const { cursor, clock, stalls } = deps
  const calls = createOpenCalls(clock, deps.newCallId)
  let turn: OpenTurn | undefined
  let lastNumber: number | undefined
  let playedUntilMs = Number.NEGATIVE_INFINITY
  let owed: { cued: AgentTurn | undefined } | undefined
  let owesResult = false

  const begin = (answersPerson: boolean, cued?: AgentTurn) => {
    const connection = deps.connection()
    owed = undefined
    if (!cued) owesResult = false
    if (!connection) return
    const spoken: OpenTurn['spoken'] = cued ? { turn: cued } : cursor.nextAgentTurn()
    if (stalls.at(spoken?.number) === 'greeting-text-ignored') stalls.spend(spoken?.number)
    if (stalls.at(spoken?.number) === 'no-answer') return stalls.freeze(spoken?.number)
    const cut = new AbortController()
    turn = { spoken, connection, cut, answersPerson, sounding: undefined, isSpoken: false }
    speak(turn).catch(connection.failed)
  }
  const speak = async (current: OpenTurn) => {
    const { connection, spoken } = current
    const { signal } = current.cut
    const stall = stalls.at(spoken?.number)
    if (!spoken || stall === 'empty-turn') {
      await clock.sleep(spoken?.turn.delayMs ?? EMPTY_TURN_MS, signal)
      if (signal.aborted) return
      stalls.spend(spoken?.number)
      return complete()
    }
    const sound = deps.speech(spoken.turn)
    const isSilent = stall === 'silent-audio'
    const completes = stall !== 'no-turn-complete'
    const done = await speakTurn(
      spoken.turn,
      {
        clock,
        pcm: isSilent ? sound.then(hush) : sound,
        plan: deps.plan,
        send: connection.send,
        breaks: () => spoken.number !== undefined && connection.breaks(spoken.number),
        completes,
      },
      {
        begins() {
          current.sounding = { soundMs: 0, characters: 0 }
          if (isSilent) stalls.spend(spoken.number)
          else if (spoken.index !== undefined) cursor.agentBegan(spoken.index)
          connection.record.said.push(spoken.turn.text)
          deps.changed()
          if (connection.settings.resumption)
            connection.send({ sessionResumptionUpdate: { resumable: false } })
          return current.sounding
        },
        spoken() {
          current.isSpoken = true
          calls.make(connection, spoken.turn, spoken.number)
        },
      },
      signal,
    )
    if (done && completes) complete()
    else if (done) stalls.freeze(spoken.number)
  }
  const stop = () => {
    const stopped = turn
    stopped?.cut.abort()
    turn = undefined
    return stopped
  }
  const complete = () => {
    const completed = stop()
    if (!completed) return
    lastNumber = completed.spoken?.number
    playedUntilMs = clock.nowMs() + LATE_INTERRUPT_MS
    close(completed)
    pay()
  }
  const pay = () => {
    if (!owed && !owesResult) return false
    begin(false, owed?.cued)
    return true
  }
  const close = ({ connection, sounding }: OpenTurn) => {
    const { soundMs, characters } = sounding ?? { soundMs: 0, characters: 0 }
    const usageMetadata = deps.ledger().turn(soundMs, characters)
    connection.send({ serverContent: { turnComplete: true }, usageMetadata })
    if (connection.settings.resumption)
      connection.send({ sessionResumptionUpdate: { newHandle: deps.newHandle(), resumable: true } })
  }
  const freezesAfter = (number: number | undefined) => {
    const freezes = stalls.at(number) === 'freeze-after-interruption'
    if (freezes) stalls.freeze(number)
    return freezes
  }

  return {
    get turn() {
      return turn
    },
    calls,
    begin,
    owe(cued) {
      if (cued || !owed) owed = { cued }
    },
    oweResult() {
      owesResult = true
    },
    pay,
    complete,
    cut(byPerson) {
      const stopped = stop()
      if (!stopped?.sounding) return undefined
      const { connection, spoken } = stopped
      connection.record.interruptions += 1
      connection.send({ serverContent: { interrupted: true } })
      if (byPerson && freezesAfter(spoken?.number)) return spoken?.index
      calls.cancel(connection)
      close(stopped)
      return spoken?.index
    },
    cutLate(connection) {
      if (turn || stalls.frozen || clock.nowMs() >= playedUntilMs) return
      connection.send({ serverContent: { interrupted: true } })
      freezesAfter(lastNumber)
    },
    stop,
    leave(connection) {
      calls.leave(connection)
      if (turn?.connection !== connection) return
      const broken = stop()
      owed = undefined
      owesResult = false
      if (broken?.sounding && !broken.isSpoken && broken.spoken?.index !== undefined)
        cursor.agentBroke(broken.spoken.index)
    },
  }
}
