/** What an MCP server answers -> what the model is told. Pure. */
import type { CallToolResult } from '@modelcontextprotocol/client'
import type { ToolResult } from '../call/tools.ts'
import { boundOutput } from './bound-output.ts'
import { cleanWords } from './clean-words.ts'

const MAX_ERROR_LENGTH = 300

type Content = CallToolResult['content'][number]

/** Structured content before its text, which says the same; what is neither stands as a word in brackets. `redact`: for errors. */
export function toToolResult(result: CallToolResult, redact: (text: string) => string): ToolResult {
  const text = result.content.map(textOf).join('\n')
  if (result.isError)
    return { error: cleanWords(redact(text), MAX_ERROR_LENGTH) || 'It failed, and did not say why.' }
  return { output: boundOutput(result.structuredContent ?? text) }
}

function textOf(content: Content): string {
  switch (content.type) {
    case 'text':
      return content.text
    case 'image':
    case 'audio':
      return `[${content.type}]`
    case 'resource':
      return 'text' in content.resource ? content.resource.text : '[file]'
    case 'resource_link':
      return `[link: ${content.uri}]`
    default:
      return content satisfies never
  }
}
