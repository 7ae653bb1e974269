/** A small, strict XML reader: elements, attributes, text, comments, CDATA, the predefined and numeric entities. No DTD, no namespaces. */

/** An element; `text` is its character data, trimmed. */
export type XmlElement = {
  name: string
  attributes: Readonly<Record<string, string>>
  children: readonly XmlElement[]
  text: string
}

/** The document is not well-formed; the message says what and at which character. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

type OpenElement = XmlElement & { children: XmlElement[] }

const NAME = '[A-Za-z_][A-Za-z0-9._-]*'
const MARKUP = new RegExp(
  [
    '<!--(?<comment>(?:(?!--)[\\s\\S])*)-->',
    '<!\\[CDATA\\[(?<cdata>[\\s\\S]*?)\\]\\]>',
    `</(?<close>${NAME})\\s*>`,
    `<(?<open>${NAME})(?<attributes>(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(?<empty>/?)>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
)
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g')
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * The root element of an XML document.
 * @throws XmlError when the document is not well-formed
 */
export function parseXml(xml: string): XmlElement {
  const document: OpenElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [document]
  let at = /^\uFEFF?(?:<\?xml\s[^?]*\?>)?/.exec(xml)?.[0].length ?? 0
  while (at < xml.length) {
    MARKUP.lastIndex = at
    const found = MARKUP.exec(xml)?.groups
    if (!found) throw new XmlError(`malformed markup at character ${at}`)
    const current = open.at(-1) ?? document
    if (found.text !== undefined) addText(current, decodeEntities(found.text, at), at)
    if (found.cdata !== undefined) addText(current, found.cdata, at)
    if (found.close !== undefined) {
      if (found.close !== current.name)
        throw new XmlError(`</${found.close}> closes nothing at character ${at}`)
      open.pop()
    }
    if (found.open !== undefined) {
      if (current === document && document.children.length) throw new XmlError('more than one root element')
      const attributes = parseAttributes(found.attributes ?? '', at)
      const element: OpenElement = { name: found.open, attributes, children: [], text: '' }
      current.children.push(element)
      if (!found.empty) open.push(element)
    }
    at = MARKUP.lastIndex
  }
  const [root] = document.children
  if (open.length > 1) throw new XmlError(`<${open.at(-1)?.name}> is never closed`)
  if (!root) throw new XmlError('no element')
  return trimmed(root)
}

function addText(element: OpenElement, text: string, at: number): void {
  if (element.name === '' && text.trim() !== '')
    throw new XmlError(`text outside the root at character ${at}`)
  element.text += text
}

function parseAttributes(source: string, at: number): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', double, single] of source.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(attributes, name)) throw new XmlError(`attribute ${name} twice at character ${at}`)
    attributes[name] = decodeEntities(double ?? single ?? '', at)
  }
  return attributes
}

function decodeEntities(source: string, at: number): string {
  return source.replace(/&([^;]*;?)/g, (_, body: string) => {
    const name = body.slice(0, -1)
    const code = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name)
    const character = code ? fromCode(code[1], code[2]) : ENTITIES[name]
    if (!body.endsWith(';') || character === undefined) throw new XmlError(`bad entity after character ${at}`)
    return character
  })
}

function fromCode(hex: string | undefined, decimal: string | undefined): string | undefined {
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

function trimmed(element: XmlElement): XmlElement {
  return { ...element, text: element.text.trim(), children: element.children.map(trimmed) }
}
