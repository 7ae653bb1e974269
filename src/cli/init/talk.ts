/** What init says and asks, in the look of @clack/prompts. Everything goes through here, so that nothing unclean is shown. */
import type { Parsed } from '../../config/parsed.ts'
import { cleanLine } from '../../reporters/clean-text.ts'
import { createWordWrap } from '../../reporters/word-wrap.ts'
import type { Terminal } from './terminal.ts'

/** How a remark is meant. */
export type Tone = 'good' | 'note' | 'caution' | 'bad'

/** A conversation at the terminal. Every question rejects when the user wants to stop. */
export type Talk = {
  begin(title: string): void
  /** Lines that belong together. */
  say(tone: Tone, ...lines: readonly string[]): void
  /** What is typed is not shown. */
  askSecret(question: string, parse: (text: string) => Parsed<string>): Promise<string>
  /** `initial` stands there already. */
  askText(question: string, parse: (text: string) => Parsed<string>, initial?: string): Promise<string>
  /** True for yes, which is what Enter means. */
  askWhether(question: string): Promise<boolean>
  askWhich<T extends string>(question: string, choices: Readonly<Record<T, string>>): Promise<T>
  /** Waits for work between two questions. */
  during<T>(work: Promise<T>): Promise<T>
  end(...lines: readonly string[]): void
}

const TONES = { good: 'success', note: 'info', caution: 'warn', bad: 'error' } as const satisfies Record<
  Tone,
  string
>

/** The bar at the left of everything, with its space. */
const GUIDE_COLUMNS = 4

/** Loads the prompts. */
export async function createTalk(terminal: Terminal): Promise<Talk> {
  const { confirm, intro, log, outro, password, select, text } = await import('@clack/prompts')
  const { output, ask, during } = terminal
  const wrapped = (line: string) => {
    const wrap = createWordWrap(() => terminal.columns - GUIDE_COLUMNS, '')
    return wrap.add(cleanLine(line)) + wrap.flush()
  }
  const message = (question: string) => cleanLine(question)
  // The prompts hand out undefined for what was left empty, whatever their typings say.
  const problemWith = (parse: (text: string) => Parsed<string>) => (typed: string | undefined) => {
    const trimmed = (typed ?? '').trim()
    if (trimmed === '') return 'Something is needed here; Ctrl-C stops without writing anything.'
    const parsed = parse(trimmed)
    return 'wrong' in parsed ? cleanLine(`It ${parsed.wrong}.`) : undefined
  }
  const parsedOr = (parse: (text: string) => Parsed<string>, typed: string) => {
    const parsed = parse(typed.trim())
    return 'value' in parsed ? parsed.value : typed.trim()
  }
  return {
    begin: (title) => intro(wrapped(title).replaceAll('\n', '\n│  '), { output }),
    say: (tone, ...lines) => log[TONES[tone]](lines.map(wrapped).join('\n'), { output }),
    async askSecret(question, parse) {
      const validate = problemWith(parse)
      return parsedOr(
        parse,
        await ask((streams) => password({ ...streams, message: message(question), validate })),
      )
    },
    async askText(question, parse, initial) {
      const validate = problemWith(parse)
      const given = initial === undefined ? {} : { initialValue: cleanLine(initial) }
      return parsedOr(
        parse,
        await ask((streams) => text({ ...streams, ...given, message: message(question), validate })),
      )
    },
    askWhether: (question) => ask((streams) => confirm({ ...streams, message: message(question) })),
    async askWhich<T extends string>(question: string, choices: Readonly<Record<T, string>>) {
      const values = Object.keys(choices) as T[] // Keys of the caller's own record.
      const options = values.map((value) => ({ value: value as string, label: message(choices[value]) }))
      const chosen = await ask((streams) => select({ ...streams, message: message(question), options }))
      return chosen as T // One of the options.
    },
    during,
    end: (...lines) => outro(lines.map(wrapped).join('\n').replaceAll('\n', '\n   '), { output }),
  }
}
