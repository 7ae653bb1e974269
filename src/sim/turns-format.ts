/** The turns in a scenario file: see `scenario-format.ts` for what an author writes. */
import * as v from 'valibot'
import { fields, flag, listOf, text } from '../text/format-parts.ts'
import type { ScenarioTurn } from './scenario.ts'
import { duration } from './scenario-duration.ts'

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
    tools: v.optional(listOf(TOOL), []),
    cancel_tools: v.optional(duration),
    on_text: v.optional(v.pipe(text, v.check(isPattern, 'must be a regular expression'))),
  }),
  v.transform(
    ({ agent, delay, tools, audio, cancel_tools, on_text }): ScenarioTurn => ({
      speaker: 'agent',
      text: agent,
      delayMs: delay,
      tools,
      ...(audio !== undefined && { audio }),
      ...(cancel_tools !== undefined && { cancelToolsMs: cancel_tools }),
      ...(on_text !== undefined && { onText: on_text }),
    }),
  ),
)
const KEYS = v.pipe(
  v.string('must be keys in quotes, such as "12#"'),
  v.regex(/^[0-9*#A-D]+$/, 'must be keys of a telephone: 0-9, *, #, A-D'),
)
const PERSON = v.pipe(
  fields({
    person: text,
    audio: v.optional(text),
    pause: v.optional(duration, '600ms'),
    barge_in: v.optional(duration),
    after_digits: v.optional(KEYS),
    digits: v.optional(KEYS),
    hang_up: v.optional(flag, false),
  }),
  v.transform(
    ({ person, pause, barge_in, after_digits, digits, hang_up, audio }): ScenarioTurn => ({
      speaker: 'person',
      text: person,
      pauseMs: pause,
      hangUp: hang_up,
      ...(barge_in !== undefined && { bargeInMs: barge_in }),
      ...(after_digits !== undefined && { afterDigits: after_digits }),
      ...(digits !== undefined && { digits }),
      ...(audio !== undefined && { audio }),
    }),
  ),
)
const NOBODY = v.never('a turn needs agent: or person:')
/** An item of `turns:`; judged as the side that it names, so that the complaints fit. */
export const TURN = v.lazy((turn) => {
  if (has(turn, 'agent')) return AGENT
  return has(turn, 'person') ? PERSON : NOBODY
})

function isPattern(value: string): boolean {
  try {
    return new RegExp(value, 'iu') instanceof RegExp
  } catch {
    return false
  }
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value
}
