/**
 * The scenario format for authors: YAML or JSON.
 *
 *     description: A table is booked.    # one line for the list of scenarios
 *     speed: 1                           # times real time
 *     phone:
 *       ring: 1500ms                     # from dialling to the answer, or to giving up
 *       outcome: answer                  # answer, busy, no-answer, failed, voicemail
 *     turns:                             # in order; the agent begins when the client asks it to, or when the person is silent again
 *       - agent: Hello! I would like to book a table.
 *         delay: 350ms                   # thinking time before the first sound
 *         audio: hello.wav               # instead of a clip or babble; relative to this file
 *         tools:                         # called after the speech, if the client has declared them
 *           - lookup: { day: today }     # with arguments
 *           - end_call                   # without
 *       - person: For how many?
 *         pause: 600ms                   # silence between what the person hears and these words
 *         barge_in: 1.8s                 # or: speak after having heard this much of the agent's turn
 *         audio: for-how-many.wav
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
 *       model_http: 429                  # the model refuses the connection
 *       model_silent: true               # the model accepts and never answers
 *       model_close: { turn: 2, code: 1011, reason: Internal error }   # in the middle of the agent's second turn; turn 0: before it is ready
 *
 * A silent person is `person: ""`, an agent that answers with nothing `agent: ""`. Durations are `600ms` or `2s`. Pauses inside one
 * turn's own WAV file must stay shorter than the silence that the client lets end a turn (500 ms by default).
 */
import * as v from 'valibot'
import type { Faults, Scenario, ScenarioTurn } from './scenario.ts'

/** A problem with the place where it is: keys and indexes from the top of the file. */
export type ScenarioProblem = { path: (string | number)[]; message: string }

/** A good scenario with its description, or every problem. `name` is the scenario's own; paths of WAV files are as written. */
export function parseScenario(
  name: string,
  file: unknown,
): { scenario: Scenario; description: string } | { problems: ScenarioProblem[] } {
  const result = v.safeParse(SCENARIO, file)
  if (!result.success) return { problems: result.issues.map(problemOf) }
  const { description = '', speed = 1, phone, turns = [], faults } = result.output
  const problems = misplaced(turns, faults)
  if (problems.length > 0) return { problems }
  const script = { ringMs: phone?.ring ?? 1500, outcome: phone?.outcome ?? ('answer' as const) }
  return { scenario: { name, speed, phone: script, turns, faults: faults ?? {} }, description }
}

type Entries = Record<string, v.GenericSchema<unknown, unknown>>

/** An object with these keys only; says which are known. */
function fields<T extends Entries>(entries: T) {
  const known = Object.keys(entries).join(', ')
  const keysNeeded = `must have keys and values: ${known}`
  const object = v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return `unknown key ${issue.received}; known here: ${known}`
    const missing = issue.received === 'undefined' && issue.expected !== 'Object'
    return missing ? `${issue.expected} is missing` : keysNeeded
  })
  const list = v.never(keysNeeded) // Valibot would take a list for an object with numbers as keys.
  return v.lazy((input) => (Array.isArray(input) ? list : object))
}

const text = v.string('must be text; put it in quotes')
const flag = v.boolean('must be true or false')
const duration = v.pipe(
  v.string('must be a duration such as 600ms or 2s'),
  v.regex(/^\d+(\.\d+)?(ms|s)$/, 'must be a duration such as 600ms or 2s'),
  v.transform((value) => Math.round(Number.parseFloat(value) * (value.endsWith('ms') ? 1 : 1000))),
)
const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}
const oneOf = <const T extends readonly string[]>(...words: T) =>
  v.picklist(words, `must be one of: ${words.join(', ')}`)

const args = v.nullish(v.record(v.string(), v.unknown(), 'arguments must be keys and values'), {})
const TOOL = v.pipe(
  v.union(
    [
      v.string(),
      v.pipe(
        v.record(v.string(), args),
        v.check((tool) => Object.keys(tool).length === 1),
      ),
    ],
    'a tool is its name, or its name with arguments: end_call, or lookup: { day: today }',
  ),
  v.transform((tool) => {
    if (typeof tool === 'string') return { name: tool, args: {} }
    const [[name, given] = ['', {}]] = Object.entries(tool)
    return { name, args: given }
  }),
)

const AGENT = v.pipe(
  fields({
    agent: text,
    audio: v.optional(text),
    delay: v.optional(duration, '350ms'),
    tools: v.optional(v.array(TOOL, 'must be a list'), []),
  }),
  v.transform(
    ({ agent, delay, tools, audio }): ScenarioTurn => ({
      speaker: 'agent',
      text: agent,
      delayMs: delay,
      tools,
      ...(audio !== undefined && { audio }),
    }),
  ),
)
const PERSON = v.pipe(
  fields({
    person: text,
    audio: v.optional(text),
    pause: v.optional(duration, '600ms'),
    barge_in: v.optional(duration),
    digits: v.optional(
      v.pipe(
        v.string('must be keys in quotes, such as "12#"'),
        v.regex(/^[0-9*#A-D]+$/, 'must be keys of a telephone: 0-9, *, #, A-D'),
      ),
    ),
    hang_up: v.optional(flag, false),
  }),
  v.transform(
    ({ person, pause, barge_in, digits, hang_up, audio }): ScenarioTurn => ({
      speaker: 'person',
      text: person,
      pauseMs: pause,
      hangUp: hang_up,
      ...(barge_in !== undefined && { bargeInMs: barge_in }),
      ...(digits !== undefined && { digits }),
      ...(audio !== undefined && { audio }),
    }),
  ),
)
const NOBODY = v.never('a turn needs agent: or person:')
/** Judged as the side that it names, so that the complaints fit. */
const TURN = v.lazy((turn) => {
  if (has(turn, 'agent')) return AGENT
  return has(turn, 'person') ? PERSON : NOBODY
})

const FAULTS = v.pipe(
  fields({
    dial_error: v.optional(fields({ status: whole(400, 599), code: whole(0, 99999), message: text })),
    dial_reset: v.optional(oneOf('lost', 'refused')),
    trial_account: v.optional(flag),
    callbacks: v.optional(oneOf('none', 'doubled', 'reversed')),
    media_never: v.optional(flag),
    media_drop: v.optional(duration),
    hang_up_errors: v.optional(whole(0, 1000)),
    model_http: v.optional(whole(400, 599)),
    model_silent: v.optional(flag),
    model_close: v.optional(
      fields({ turn: whole(0, 1000), code: whole(1000, 4999), reason: v.optional(text, '') }),
    ),
  }),
  v.transform(
    (f): Faults => ({
      ...(f.dial_error && { dialError: f.dial_error }),
      ...(f.dial_reset && { dialReset: f.dial_reset }),
      ...(f.trial_account && { trialAccount: true }),
      ...(f.callbacks && { callbacks: f.callbacks }),
      ...(f.media_never && { mediaNever: true }),
      ...(f.media_drop !== undefined && { mediaDropMs: f.media_drop }),
      ...(f.hang_up_errors !== undefined && { hangUpErrors: f.hang_up_errors }),
      ...(f.model_http !== undefined && { modelHttp: f.model_http }),
      ...(f.model_silent && { modelSilent: true }),
      ...(f.model_close && { modelClose: f.model_close }),
    }),
  ),
)

const SPEED = 'must be a number above 0 and at most 100'
const SCENARIO = fields({
  description: v.optional(text),
  speed: v.optional(v.pipe(v.number(SPEED), v.gtValue(0, SPEED), v.maxValue(100, SPEED))),
  phone: v.optional(
    fields({
      ring: v.optional(duration),
      outcome: v.optional(oneOf('answer', 'busy', 'no-answer', 'failed', 'voicemail')),
    }),
  ),
  turns: v.optional(v.array(TURN, 'must be a list of turns')),
  faults: v.optional(FAULTS),
})

/** What fits each line but not the lines around it. */
function misplaced(turns: readonly ScenarioTurn[], faults: Faults | undefined): ScenarioProblem[] {
  const problems: ScenarioProblem[] = []
  for (const [index, turn] of turns.entries()) {
    if (turn.speaker === 'person' && turn.bargeInMs !== undefined && turns[index - 1]?.speaker !== 'agent')
      problems.push({
        path: ['turns', index, 'barge_in'],
        message: 'there is no turn of the agent right before it to speak into',
      })
  }
  const agentTurns = turns.filter(({ speaker }) => speaker === 'agent').length
  if (faults?.modelClose && faults.modelClose.turn > agentTurns)
    problems.push({
      path: ['faults', 'model_close', 'turn'],
      message: `the agent has only ${agentTurns} turns`,
    })
  return problems
}

function problemOf(issue: v.BaseIssue<unknown>): ScenarioProblem {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
  return { path, message: issue.message }
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value
}
