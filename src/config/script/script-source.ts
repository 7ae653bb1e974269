/** A script's text as one tree: YAML, or Markdown whose front matter is YAML and whose body is the prompt. Pure. */
import { extname } from 'node:path'
import { matchLines } from '../../text/match-lines.ts'
import { parseYaml, type YamlLines } from '../../text/yaml-lines.ts'

/** The first of many faults of notation are the cause of the others. */
const MOST_FAULTS = 5

/** A script as keys and values, which know their lines (from 1). */
export type ScriptSource = {
  /** Undefined when the notation cannot be read. */
  tree: Record<string, unknown> | undefined
  problems: readonly { line: number; message: string }[]
} & Pick<YamlLines, 'lineOf' | 'linesIn'>

/** Where everything stands in what has no keys. */
const NOWHERE = { lineOf: () => 1, linesIn: () => undefined }

/** Reads the notation; what the keys mean is not looked at. */
export function parseSource(path: string, text: string): ScriptSource {
  return /^\.(md|markdown)$/i.test(extname(path)) ? parseMarkdown(text) : parseMap(text)
}

function parseMap(text: string): ScriptSource {
  const { value, problems, ...places } = parseYaml(text)
  const shown = problems.slice(0, MOST_FAULTS)
  if (shown.length > 0) return { tree: undefined, problems: shown, ...places }
  if (isTree(value)) return { tree: value, problems: [], ...places }
  return {
    tree: undefined,
    problems: [{ line: 1, message: 'a script has keys and values, such as prompt: …' }],
    ...places,
  }
}

function parseMarkdown(text: string): ScriptSource {
  const lines = text.split('\n')
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---')
  if (lines[0]?.trimEnd() !== '---' || end < 0) {
    const message =
      'a script in Markdown begins with settings between two lines of three dashes; the prompt follows'
    return { tree: undefined, problems: [{ line: 1, message }], ...NOWHERE }
  }
  // An empty line stands for the dashes, so that every line keeps its number.
  const front = ['', ...lines.slice(1, end)].join('\n')
  const isBare = front.replaceAll(/#.*/g, '').trim() === ''
  const settings = isBare ? { tree: {}, problems: [], ...NOWHERE } : parseMap(front)
  const { tree, problems, lineOf, linesIn } = settings
  const body = lines.slice(end + 1)
  const words = body.join('\n').trim()
  if (words === '' || !tree) return settings
  if (Object.hasOwn(tree, 'prompt')) {
    const message = 'the prompt is given twice: here, and below the settings'
    return { ...settings, problems: [{ line: lineOf(['prompt']), message }] }
  }
  const bodyLine = end + 2 + body.findIndex((line) => line.trim() !== '')
  return {
    tree: { ...tree, prompt: words },
    problems,
    lineOf: (at) => (at[0] === 'prompt' ? bodyLine : lineOf(at)),
    linesIn: (at, pattern) =>
      at[0] === 'prompt'
        ? matchLines(words, pattern).map((line) => bodyLine + line - 1)
        : linesIn(at, pattern),
  }
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
