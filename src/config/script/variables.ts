/** A script's variables: `{{name}}` in its texts, `--var name=value` and `variables:` for their values. Pure. */
import type { FormatProblem } from '../../text/format-parts.ts'
import type { Path } from '../../text/yaml-lines.ts'
import { quoted } from '../parsed.ts'

const NAME = /^[A-Za-z_][\w-]*$/

/** A variable that a script has, and where: in the text at `path`, which of its marks. */
export type Variable = {
  name: string
  /** The script's own value for it. */
  preset: string | undefined
  path: Path
  mark?: number
  /** It can have no value before the script is mended. */
  isWrong: boolean
}

/** What `--var` gives, and what is wrong with it in words that follow the flag's name. */
export function parseVars(items: readonly string[]): { values: Map<string, string>; problems: string[] } {
  const values = new Map<string, string>()
  const problems: string[] = []
  for (const item of items) {
    const at = item.indexOf('=')
    const name = item.slice(0, Math.max(at, 0)).trim()
    if (!NAME.test(name)) problems.push(`must be name=value, not ${quoted(item)}`)
    else if (values.has(name)) problems.push(`gives ${name} twice`)
    else values.set(name, item.slice(at + 1))
  }
  return { values, problems }
}

/** The variables of a `variables:` block, and what is wrong with it; undefined when the script has none. */
export function declaredVariables(
  block: unknown,
): { variables: Map<string, Variable>; problems: FormatProblem[] } | undefined {
  if (typeof block !== 'object' || block === null || Array.isArray(block)) return undefined
  const variables = new Map<string, Variable>()
  const problems: FormatProblem[] = []
  for (const [name, preset] of Object.entries(block)) {
    const path = ['variables', name]
    const isName = NAME.test(name)
    if (!isName) problems.push({ path, message: notAName(name) })
    if (typeof preset === 'string' && preset.includes('{{'))
      problems.push({ path, message: 'must be plain text: a default cannot refer to a variable' })
    const isPreset = typeof preset === 'string'
    const isWrong = !isName || !(isPreset || preset === null)
    variables.set(name, { name, preset: isPreset ? preset : undefined, path, isWrong })
  }
  return { variables, problems }
}

/** What each match of `MARK` in a text is: a reference to a variable, or what is wrong with what looks like one. */
export function marksOf(text: string): ({ name: string } | { wrong: string })[] {
  return Array.from(text.matchAll(MARK), ([, inside]) => {
    if (inside === undefined) return { wrong: "'{{' has no end: a variable is written {{name}}" }
    const name = inside.trim()
    return NAME.test(name) ? { name } : { wrong: notAName(name) }
  })
}

/** Two braces, a name, two braces. Whoever replaces them must not look at the values again. */
export const REFERENCE = /\{\{([^{}]*)\}\}/g

/** A reference, or two braces that begin none; of three braces the last two begin it. */
export const MARK = /\{\{([^{}]*)\}\}|\{\{(?!\{[^{}]*\}\})/g

function notAName(name: string): string {
  return `${quoted(name)} cannot be the name of a variable: letters, digits, _ and -, a letter first`
}
