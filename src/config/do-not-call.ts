/** The numbers of people who do not want to be called again: one a line in `do-not-call.txt`, for ever, and for every call. */
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CallError } from '../call/error.ts'
import { whyUnread } from '../text/read-failure.ts'
import { printable, type Warning } from './parsed.ts'
import { asE164, type CheckedNumber } from './phone-number.ts'

const FILE = 'do-not-call.txt'

/** Fewer digits than this end too many numbers to mean one of them. */
const FEWEST_DIGITS = 7

const HEAD = `# Numbers that ai-caller never rings, one a line in E.164. What follows a # is a comment.
# Numbers are added when somebody asks not to be called again.
`

/** The list as it was read. */
export type DoNotCallList = {
  /**
   * The number itself when it is not listed, nor perhaps meant by a line without a plus, such as `202 555 0123`.
   * @throws CallError `number-refused`, naming the file and the line
   */
  allow(number: CheckedNumber): CheckedNumber
  /** Of lines that hold no number. */
  warnings: readonly Warning[]
}

/**
 * Reads the list in the folder of this program's files; without a file it is empty.
 * @throws CallError `number-refused` when there is a file that cannot be read: then nobody knows whom not to ring
 */
export async function readDoNotCall(home: string): Promise<DoNotCallList> {
  const path = join(home, FILE)
  const lineOf = new Map<string, number>()
  const wrong: { line: number; ending: string }[] = []
  for (const [index, line] of (await readList(path)).split('\n').entries()) {
    const written = line.replace(/#.*/, '').trim()
    if (written === '') continue
    const number = asE164(written)
    if (number === undefined) wrong.push({ line: index + 1, ending: endingIn(written) })
    else if (!lineOf.has(number)) lineOf.set(number, index + 1)
  }
  return {
    allow(number) {
      const meant = wrong.find(({ ending }) => ending.length >= FEWEST_DIGITS && number.e164.endsWith(ending))
      const line = lineOf.get(number.e164) ?? meant?.line
      if (line === undefined) return number
      throw new CallError(
        'number-refused',
        `${number.e164} does not want to be called: ${printable(path)}:${line}`,
        {
          hint: 'There is no flag to allow it. If that line is a mistake, take it out.',
        },
      )
    },
    warnings: wrong.length === 0 ? [] : [unreadable(path, wrong)],
  }
}

/**
 * Adds a number for good; one that is listed already is not listed twice. The line is written at once and as a whole.
 * @param nowIso when the wish was uttered, ISO 8601
 * @throws CallError `number-refused` when the list cannot be read, `settings` when it cannot be written
 */
export async function addToDoNotCall(home: string, e164: string, nowIso: string): Promise<void> {
  const path = join(home, FILE)
  const text = await readList(path)
  const isListed = text.split('\n').some((line) => asE164(line.replace(/#.*/, '')) === e164)
  if (isListed) return
  const start = text === '' ? HEAD : text.endsWith('\n') ? '' : '\n'
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    const file = await open(path, 'a', 0o600)
    try {
      await file.appendFile(`${start}${e164}  # ${nowIso}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new CallError(
      'settings',
      `the do-not-call list ${printable(path)} cannot be written: ${whyUnread(cause)}`,
      {
        cause,
      },
    )
  }
}

/** What is left of a number that lacks its plus, without the prefix that leads out of a country or a city. */
function endingIn(written: string): string {
  return written.replace(/\D/g, '').replace(/^(011|0+)/, '')
}

async function readList(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw new CallError(
      'number-refused',
      `the do-not-call list ${printable(path)} cannot be read: ${whyUnread(cause)}`,
      { hint: 'Nobody is rung while it is unknown who does not want to be.', cause },
    )
  }
}

function unreadable(path: string, wrong: readonly { line: number }[]): Warning {
  const lines = wrong.map(({ line }) => line)
  const which = lines.length === 1 ? `line ${lines.join()}` : `lines ${lines.slice(0, 10).join(', ')}`
  return {
    code: 'do-not-call-unreadable',
    message: `${which} of ${printable(path)} ${lines.length === 1 ? 'is' : 'are'} no number in E.164, and heeded at best as the end of one`,
    hint: 'Write each number with its plus and country code, such as +12025550123.',
  }
}
