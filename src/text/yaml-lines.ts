/** YAML (and so JSON) as a plain value that still knows on which line everything stands. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import { matchLines } from './match-lines.ts'

/** Keys and indexes from the top of a document. */
export type Path = readonly (string | number)[]

/** A document's value; undefined with problems. */
export type YamlLines = {
  value: unknown
  /** Every fault of the notation; lines count from 1. */
  problems: { line: number; message: string }[]
  /** The line (from 1) of the key or list item at a path, or of what is nearest above it. */
  lineOf: (path: Path) => number
  /** The line of each match of a global pattern in the text at a path; undefined when escapes or aliases hide where one is written. */
  linesIn: (path: Path, pattern: RegExp) => number[] | undefined
}

/** Reads one YAML 1.2 document. Nothing in it runs; what would grow or nest without bound is a problem. */
export function parseYaml(text: string): YamlLines {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = document.errors.map(({ code, message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message:
      code === 'MULTIPLE_DOCS'
        ? 'a second document begins here, and a file holds only one'
        : inOurWords(message),
  }))
  const pairsOf = createPairs()
  const find = (path: Path) => {
    let offset = startOf(document.contents)
    let node: unknown = document.contents
    for (const key of path) {
      if (isMap(node)) {
        const pair = pairsOf(node).get(String(key))
        if (!pair) return { offset, node: undefined }
        offset = startOf(pair.key) ?? offset
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(key)]
        offset = startOf(node) ?? offset
      } else return { offset, node: undefined }
    }
    return { offset, node }
  }
  const lineOf = (path: Path) => lines.linePos(find(path).offset ?? 0).line
  const linesIn = (path: Path, pattern: RegExp) => {
    const { node } = find(path)
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined
    const [start, end] = node.range
    // Behind the | or > of a block there may be a comment, which is no part of its text.
    const from = node.type?.startsWith('BLOCK_') ? text.indexOf('\n', start) + 1 : start
    const written = text.slice(from, end)
    if (matchesOf(written, pattern) !== matchesOf(node.value, pattern)) return undefined
    const first = lines.linePos(from).line
    return matchLines(written, pattern).map((line) => first + line - 1)
  }
  if (problems.length > 0) return { value: undefined, problems, lineOf, linesIn }
  try {
    for (const { source, range } of aliasesToNothing(document))
      problems.push({
        line: lines.linePos(range?.[0] ?? 0).line,
        message: `there is no &${source} before *${source}; text that begins with * needs quotes`,
      })
    return { value: problems.length > 0 ? undefined : document.toJS(), problems, lineOf, linesIn }
  } catch (error) {
    // Aliases of aliases can grow without bound; `yaml` stops at a hundred, with an error.
    const message = inOurWords(error instanceof Error ? error.message : String(error))
    return { value: undefined, problems: [{ line: 1, message }], lineOf, linesIn }
  }
}

/** The aliases whose anchor does not stand before them. */
function aliasesToNothing(document: Document): Alias[] {
  const anchors = new Set<string>()
  const aliases: Alias[] = []
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) && !anchors.has(node.source)) aliases.push(node)
      if (!isAlias(node) && node.anchor) anchors.add(node.anchor)
    },
  })
  return aliases
}

/** The pairs of a map by their keys, the first of each. Looked through once: a map may have as many faults as keys. */
function createPairs(): (map: YAMLMap) => ReadonlyMap<string, Pair> {
  const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>()
  return (map) => {
    const pairs = known.get(map) ?? byKey(map)
    known.set(map, pairs)
    return pairs
  }
}

function byKey(map: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>()
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : undefined
    if (key !== undefined && !pairs.has(key)) pairs.set(key, pair)
  }
  return pairs
}

/** What a pattern finds in a text, however its lines are folded. */
function matchesOf(text: string, pattern: RegExp): string {
  return JSON.stringify(Array.from(text.matchAll(pattern), ([found]) => found.replaceAll(/\s+/g, ' ')))
}

/** The parser's words as the end of a sentence. */
function inOurWords(message: string): string {
  if (/call stack/i.test(message)) return 'it is nested too deeply'
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

function startOf(node: unknown): number | undefined {
  const found: Node | undefined = isNode(node) ? node : undefined
  return found?.range?.[0]
}
