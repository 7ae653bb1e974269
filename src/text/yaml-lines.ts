/** YAML (and so JSON) as a plain value that still knows on which line everything stands. */
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'

/** Keys and indexes from the top of a document. */
export type Path = readonly (string | number)[]

/** A document's value; undefined with problems. */
export type YamlLines = {
  value: unknown
  /** Every fault of the notation; lines count from 1. */
  problems: { line: number; message: string }[]
  /** The line (from 1) of the key or list item at a path, or of what is nearest above it. */
  lineOf: (path: Path) => number
}

/** Reads one YAML 1.2 document. Nothing in it runs; what would grow or nest without bound is a problem. */
export function parseYaml(text: string): YamlLines {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = document.errors.map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message: inOurWords(message),
  }))
  const pairsOf = createPairs()
  const lineOf = (path: Path) => {
    let offset = startOf(document.contents)
    let node: unknown = document.contents
    for (const key of path) {
      if (isMap(node)) {
        const pair = pairsOf(node).get(String(key))
        if (!pair) break
        offset = startOf(pair.key) ?? offset
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(key)]
        offset = startOf(node) ?? offset
      } else break
    }
    return lines.linePos(offset ?? 0).line
  }
  if (problems.length > 0) return { value: undefined, problems, lineOf }
  try {
    return { value: document.toJS(), problems, lineOf }
  } catch (error) {
    // Aliases of aliases can grow without bound; `yaml` stops at a hundred, with an error.
    const message = inOurWords(error instanceof Error ? error.message : String(error))
    return { value: undefined, problems: [{ line: 1, message }], lineOf }
  }
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

/** The parser's words as the end of a sentence. */
function inOurWords(message: string): string {
  if (/call stack/i.test(message)) return 'it is nested too deeply'
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

function startOf(node: unknown): number | undefined {
  const found: Node | undefined = isNode(node) ? node : undefined
  return found?.range?.[0]
}
