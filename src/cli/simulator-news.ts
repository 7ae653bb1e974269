/** What comes in at the simulators, in lines: each call, each session, and everything a client does wrong. */
import { isFinal } from '../call/status.ts'
import { formatTimeSpan } from '../reporters/quantity.ts'
import type { SessionRecord } from '../sim/gemini/observations.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { CallEnder, SimulatedCall } from '../sim/twilio/observations.ts'

/** Tells what is new about one record since the last look; true when there will be nothing more. */
type Look = () => boolean

const ENDED_BY = {
  rest: 'ended over REST',
  person: 'the person hung up',
  'time-limit': 'its time limit',
  twiml: 'its TwiML was over',
  network: 'not answered',
} as const satisfies Record<CallEnder, string>

/** Calls `tell` with a line for everything that comes in from now on. Lines hold text of the client's: clean them before they are shown. */
export function watchSimulation({ twilio, gemini }: Simulation, tell: (line: string) => void): void {
  const ofTwilio = watchList([
    newOnes(
      () => twilio.requests,
      ({ method, path, status }) => {
        if (status === 0) tell(`twilio  ${method} ${path}: connection reset`)
        if (status >= 400) tell(`twilio  ${method} ${path}: refused with ${status}`)
        return undefined
      },
    ),
    newOnes(
      () => twilio.calls,
      (call) => followCall(call, tell),
    ),
    newOnes(
      () => twilio.warnings,
      ({ code, detail, callSid }) => {
        tell(`twilio  ${callSid ? `call ${callSid}: ` : ''}wrong, warning ${code}: ${detail}`)
        return undefined
      },
    ),
  ])
  const ofGemini = watchList([
    newOnes(
      () => gemini.sessions,
      (session, index) => followSession(session, index + 1, tell),
    ),
  ])
  twilio.watch(ofTwilio)
  gemini.watch(ofGemini)
}

/** Looks through lists that only grow. What is over is not looked at again, however long the simulator runs. */
function watchList(lists: readonly (() => Look[])[]): () => void {
  let open: Look[] = []
  return () => {
    open = [...open, ...lists.flatMap((fresh) => fresh())].filter((look) => !look())
  }
}

function newOnes<T>(
  list: () => readonly T[],
  meet: (item: T, index: number) => Look | undefined,
): () => Look[] {
  let met = 0
  return () => {
    const fresh = list().slice(met)
    const first = met
    met += fresh.length
    return fresh.flatMap((item, offset) => meet(item, first + offset) ?? [])
  }
}

function followCall(call: SimulatedCall, tell: (line: string) => void): Look {
  const about = `twilio  call ${call.sid}`
  const unanswered = new Set<unknown>()
  let ended = false
  tell(`${about} to ${call.to} from ${call.from}: placed`)
  return () => {
    for (const callback of call.callbacks) {
      const { event, answer, error } = callback
      const isBad = error !== undefined || (answer !== undefined && answer >= 400)
      if (!isBad || unanswered.has(callback)) continue
      unanswered.add(callback)
      tell(
        `${about}: the webhook ${event} was ${error ? `not answered: ${error}` : `answered with ${answer}`}`,
      )
    }
    if (!ended && isFinal(call.status)) {
      ended = true
      const lastMs = call.history.at(-1)?.atMs ?? 0
      const why = call.endedBy ? `, ${ENDED_BY[call.endedBy]}` : ''
      tell(`${about}: ${call.status} after ${formatTimeSpan(lastMs)}${why}`)
    }
    return ended && call.callbacks.every(({ answer, error }) => answer !== undefined || error !== undefined)
  }
}

function followSession(session: SessionRecord, number: number, tell: (line: string) => void): Look {
  const about = `gemini  session ${number}`
  let told = 0
  let isOpen = false
  return () => {
    if (!isOpen && session.setup) {
      isOpen = true
      tell(`${about}: opened for ${String(session.setup.model)}`)
    }
    for (const violation of session.violations.slice(told)) tell(`${about}: wrong: ${violation}`)
    told = session.violations.length
    const { closed, audio, said, heard } = session
    if (!closed) return false
    const reason = closed.reason && `, ${closed.reason}`
    tell(
      `${about}: closed with ${closed.code} by the ${closed.by}${reason}; ` +
        `${formatTimeSpan(audio.ms)} of sound came in, ${heard.length} turns heard, ${said.length} spoken`,
    )
    return true
  }
}
