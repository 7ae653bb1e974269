/** YAML (and so JSON) as a plain value that still knows on which line everything stands. */
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** A document's value. With problems the value may be incomplete. */
type YamlLines = {
  value: unknown
  /** Every fault of the notation, with its line. */
  problems: string[]
  /** The line (from 1) of the key or list item at a path, or of what is nearest above it. */
  lineOf: (path: readonly (string | number)[]) => number
}

/** Reads one YAML 1.2 document. */
export function parseYaml(text: string): YamlLines {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = document.errors.map(
    ({ message, pos }) =>
      `line ${lines.linePos(pos[0]).line}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
  )
  const lineOf = (path: readonly (string | number)[]) => {
    let offset = startOf(document.contents)
    let node: unknown = document.contents
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
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
    return { value: undefined, problems: [error instanceof Error ? error.message : String(error)], lineOf }
  }
}

function startOf(node: unknown): number | undefined {
  const found: Node | undefined = isNode(node) ? node : undefined
  return found?.range?.[0]
}
