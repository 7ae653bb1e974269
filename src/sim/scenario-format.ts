/**
 * The scenario format for authors: YAML or JSON.
 *
 *     description: A table is booked.    # one line for the list of scenarios
 *     speed: 1                           # times real time
 *     phone:
 *       ring: 1500ms                     # from dialling to the answer, or to giving up
 *       outcome: answer                  # answer, busy, no-answer, failed, voicemail
 *       detection: human                 # what machine detection says when it is asked for; default: what the outcome is. Or
 *                                        # machine_start, machine_end_beep, machine_end_silence, machine_end_other, fax, unknown
 *       detection_after: 3s              # and when it says so
 *       transfer: answer                 # whether the phone that the call is put through to is picked up; or busy, no-answer, failed
 *       transfer_talk: 2s                # how long they talk before the other side hangs up
 *     repeat: 20                         # all turns but the last are lived through this often; then comes the last
 *     turns:                             # in order; the agent begins when the client asks it to, or when the person is silent again
 *       - agent: Hello! I would like to book a table.
 *         delay: 350ms                   # thinking time before the first sound
 *         audio: hello.wav               # instead of a clip or babble; relative to this file
 *         tools:                         # called after the speech, if the client has declared them
 *           - lookup: { day: today }     # with arguments
 *           - end_call                   # without; all go out in one message. An answer without content makes the model call again
 *         cancel_tools: 800ms            # calls that are not answered in this time are taken back
 *         on_text: still there           # out of the order: whenever the client sends text with this in it (a regular expression)
 *       - person: For how many?
 *         pause: 600ms                   # silence between what the person hears and these words
 *         barge_in: 1.8s                 # or: speak after having heard this much of the agent's turn
 *         audio: for-how-many.wav
 *         after_digits: "1"              # or: speak once the agent has pressed keys that end in these; what is being said breaks off
 *         digits: "12#"                  # keys pressed after the words
 *         hang_up: true                  # last of all
 *     faults:                            # what goes wrong; none by default
 *       dial_error: { status: 400, code: 21211, message: Invalid 'To' Phone Number }
 *       dial_reset: lost                 # the dialling connection breaks: lost (the call was placed) or refused (it was not)
 *       trial_account: true
 *       callbacks: none                  # or doubled, reversed
 *       media_never: true                # the media stream never connects
 *       media_drop: 3s                   # it breaks without a close frame, this long after it started
 *       hang_up_errors: 2                # this many requests to end the call are answered 503
 *       redirect_error: { status: 500, code: 20500, message: Internal }   # requests to give a live call other TwiML are refused
 *       redirect_reset: lost             # their connection breaks: lost (it took effect) or refused (it did not)
 *       redirect_drops_media: true       # after one of them no media stream connects any more
 *       model_http: 429                  # the model refuses the connection
 *       model_silent: true               # the model accepts and never answers
 *       model_close: { turn: 2, code: 1011, reason: Internal error }   # in the middle of the agent's second turn; turn 0: before it is ready
 *       go_away: { after: 540s, time_left: 50s }   # every connection to the model announces its end, and is closed when the time is up
 *       model_drops: [63s, 120s]         # the connection to the model is reset, so long after the person was first heard
 *       resume: refused                  # or refused-while-open (another connection of the session), ok
 *       stalls:                          # the model stalls at a turn of the agent, until text nudges it (default: once) or the session is resumed
 *         - { turn: 2, kind: no-answer, nudges: 2 }   # or empty-turn, freeze-after-interruption, no-turn-complete, silent-audio,
 *                                                     # deaf-after-tool, greeting-text-ignored (there clientContent helps)
 *       media_gaps: [{ at: 5s, for: 2s }]   # the phone's sound is left out for a while, as some lines do with silence
 *
 * A silent person is `person: ""`, an agent that answers with nothing `agent: ""`. Durations are `600ms` or `2s`. Pauses inside one
 * turn's own WAV file must stay shorter than the silence that the client lets end a turn (500 ms by default).
 */
import * as v from 'valibot'
import { type FormatProblem, fields, oneOf, problemOf, text, whole } from '../text/format-parts.ts'
import { FAULTS } from './faults-format.ts'
import type { DetectedAs, PhoneScript, Scenario, ScenarioTurn } from './scenario.ts'
import { duration } from './scenario-duration.ts'
import { isCued, turnsInOrder } from './turn-order.ts'
import { TURN } from './turns-format.ts'

/** A good scenario with its description, or every problem. `name` is the scenario's own; paths of WAV files are as written. */
export function parseScenario(
  name: string,
  file: unknown,
): { scenario: Scenario; description: string } | { problems: FormatProblem[] } {
  const result = v.safeParse(SCENARIO, file)
  if (!result.success) return { problems: result.issues.map(problemOf) }
  const { description = '', speed = 1, phone, turns = [], repeat, faults = {} } = result.output
  const times = repeat === undefined ? {} : { repeat }
  const scenario: Scenario = { name, speed, phone: phone ?? PHONE_THAT_ANSWERS, turns, ...times, faults }
  const problems = misplaced(scenario)
  return problems.length > 0 ? { problems } : { scenario, description }
}

const DETECTIONS = [
  ...['human', 'machine_start', 'machine_end_beep', 'machine_end_silence', 'machine_end_other'],
  ...['fax', 'unknown'],
] as const satisfies readonly DetectedAs[]

const PHONE_THAT_ANSWERS: PhoneScript = { ringMs: 1500, outcome: 'answer' }
const PHONE = v.pipe(
  fields({
    ring: v.optional(duration),
    outcome: v.optional(oneOf('answer', 'busy', 'no-answer', 'failed', 'voicemail')),
    detection: v.optional(oneOf(...DETECTIONS)),
    detection_after: v.optional(duration),
    transfer: v.optional(oneOf('answer', 'busy', 'no-answer', 'failed')),
    transfer_talk: v.optional(duration),
  }),
  v.transform(
    ({ ring, outcome, detection, detection_after, transfer, transfer_talk }): PhoneScript => ({
      ringMs: ring ?? PHONE_THAT_ANSWERS.ringMs,
      outcome: outcome ?? PHONE_THAT_ANSWERS.outcome,
      ...(detection && { detection }),
      ...(detection_after !== undefined && { detectionAfterMs: detection_after }),
      ...(transfer && { transfer }),
      ...(transfer_talk !== undefined && { transferTalkMs: transfer_talk }),
    }),
  ),
)

const SPEED = 'must be a number above 0 and at most 100'
const SCENARIO = fields({
  description: v.optional(text),
  speed: v.optional(v.pipe(v.number(SPEED), v.gtValue(0, SPEED), v.maxValue(100, SPEED))),
  phone: v.optional(PHONE),
  turns: v.optional(v.array(TURN, 'must be a list of turns')),
  repeat: v.optional(whole(1, 1000)),
  faults: v.optional(FAULTS),
})

/** What fits each line but not the lines around it. */
function misplaced({ turns, faults, ...rest }: Scenario): FormatProblem[] {
  const problems: FormatProblem[] = []
  let before: ScenarioTurn | undefined
  for (const [index, turn] of turns.entries()) {
    if (isCued(turn)) continue
    if (turn.speaker === 'person' && turn.bargeInMs !== undefined && before?.speaker !== 'agent')
      problems.push({
        path: ['turns', index, 'barge_in'],
        message: 'there is no turn of the agent right before it to speak into',
      })
    if (turn.speaker === 'person' && turn.bargeInMs !== undefined && turn.afterDigits !== undefined)
      problems.push({ path: ['turns', index, 'after_digits'], message: 'not together with barge_in' })
    before = turn
  }
  const inOrder = turnsInOrder({ turns, faults, ...rest })
  const agentTurns = inOrder.filter(({ speaker }) => speaker === 'agent').length
  const check = (turn: number | undefined, path: FormatProblem['path']) => {
    if (turn !== undefined && turn > agentTurns)
      problems.push({ path, message: `the agent has only ${agentTurns} turns` })
  }
  check(faults.modelClose?.turn, ['faults', 'model_close', 'turn'])
  for (const [index, { turn }] of (faults.stalls ?? []).entries())
    check(turn, ['faults', 'stalls', index, 'turn'])
  return problems
}
