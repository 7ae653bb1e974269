/** A script's variables: `{{name}}` in its texts, `--var name=value` and `variables:` for their values. Pure. */
import type { FormatProblem } from '../../text/format-parts.ts'
import type { Path } from '../../text/yaml-lines.ts'
import { quoted } from '../parsed.ts'

const NAME = /^[A-Za-z_][\w-]*$/

/** A variable that a script has. `preset`: its own value for it. */
export type Variable = { name: string; preset: string | undefined; path: Path }

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
    if (!NAME.test(name)) problems.push({ path, message: notAName(name) })
    if (typeof preset === 'string' && preset.includes('{{'))
      problems.push({ path, message: 'must be plain text: a default cannot refer to a variable' })
    variables.set(name, { name, preset: typeof preset === 'string' ? preset : undefined, path })
  }
  return { variables, problems }
}

/** The names that a text refers to, and what is no reference but looks like one. */
export function references(text: string): { names: string[]; wrong: string[] } {
  const names: string[] = []
  const wrong: string[] = []
  const rest = text.replace(REFERENCE, (_, inside: string) => {
    const name = inside.trim()
    if (NAME.test(name)) names.push(name)
    else wrong.push(notAName(name))
    return ''
  })
  if (rest.includes('{{')) wrong.push("'{{' has no end: a variable is written {{name}}")
  return { names, wrong }
}

/** Two braces, a name, two braces. Whoever replaces them must not look at the values again. */
export const REFERENCE = /\{\{([^{}]*)\}\}/g

function notAName(name: string): string {
  return `${quoted(name)} cannot be the name of a variable: letters, digits, _ and -, a letter first`
}
