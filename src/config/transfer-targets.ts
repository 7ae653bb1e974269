/** The people to whom the agent may put somebody through: `name=number`, or the number alone. */
import { toCallError } from '../call/error.ts'
import type { TransferTarget } from '../call/request.ts'
import { type Parsed, quoted, type Warning } from './parsed.ts'
import { asE164, type CheckedNumber } from './phone-number.ts'

/** A target whose number may be rung. */
export type CheckedTarget = TransferTarget & { warnings: readonly Warning[] }

/** Reads each of them; `check` rejects with a CallError for a number that is never rung. */
export function readTransferTargets(
  items: readonly string[],
  check: (number: string) => Promise<CheckedNumber>,
): Promise<Parsed<CheckedTarget>[]> {
  return Promise.all(items.map((item) => readTarget(item, check)))
}

/** What is wrong with the targets among each other and for this call, by their place in the list. */
export function misfits(
  targets: readonly Parsed<TransferTarget>[],
  call: { to: string | undefined; from: string | undefined },
): { item: number; text: string }[] {
  const seen = new Set<string>()
  return targets.flatMap((target, item) => {
    if (!('value' in target)) return []
    const { name, number } = target.value
    const isTaken = seen.has(name.toLowerCase())
    seen.add(name.toLowerCase())
    if (isTaken) return { item, text: `names ${quoted(name)} twice` }
    if (number === call.to) return { item, text: `is ${number}, the very number that is called` }
    if (number === call.from) return { item, text: `is ${number}, the number that calls` }
    return []
  })
}

async function readTarget(
  item: string,
  check: (number: string) => Promise<CheckedNumber>,
): Promise<Parsed<CheckedTarget>> {
  // A number has no equals sign: whatever is before the last one is the name.
  const at = item.lastIndexOf('=')
  const written = item.slice(at + 1)
  const name = at < 0 ? (asE164(written) ?? written) : item.slice(0, at).trim()
  if (at >= 0 && !/^[^\p{C}]{1,60}$/u.test(name))
    return { wrong: `must have a name of at most 60 characters before the equals sign: ${quoted(item)}` }
  try {
    const { e164, warnings } = await check(written)
    return { value: { name, number: e164, warnings } }
  } catch (error) {
    const { message, hint } = toCallError(error)
    return { wrong: `cannot be used: ${hint ? `${message}. ${hint}` : message}` }
  }
}
