/** The connection to an MCP server that is a program: one JSON message a line, over its input and output. */
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import type { ChildProgram } from './child-program.ts'

/** The longest message that is read. Longer lines are passed over, and whatever was asked counts as answered by an error. */
const MAX_LINE_BYTES = 2 * 1024 * 1024
/** What a server may send in its life beside answers: news of its progress, log lines that went to the wrong stream. */
const MAX_UNASKED_BYTES = 16 * 1024 * 1024
/** What a line costs us beside its bytes, in bytes. */
const LINE_COST = 1024

const NEWLINE = 0x0a
const OPENING_BRACE = 0x7b

/**
 * A transport over `program`, whose end is `program.end()`. Ours and not the SDK's: that one lets a server take 4 s to end, leaves what
 * it has started, and reads whatever a server pours out. `parse` turns a line into a message, or throws.
 */
export function createStdioTransport(
  program: ChildProgram,
  parse: (line: string) => JSONRPCMessage,
): Transport {
  const asked = new Set<unknown>()
  let parts: Buffer[] = []
  let lineBytes = 0
  let unaskedBytes = 0

  const gather = (part: Buffer) => {
    const wasTooLong = lineBytes > MAX_LINE_BYTES
    lineBytes += part.length
    if (lineBytes <= MAX_LINE_BYTES) return void parts.push(part)
    parts = []
    countUnasked(part.length)
    if (!wasTooLong) refuseAnswers()
  }
  const endLine = () => {
    if (lineBytes <= MAX_LINE_BYTES) takeLine(Buffer.concat(parts))
    parts = []
    lineBytes = 0
  }
  const takeLine = (line: Buffer) => {
    const message = parsed(line)
    const isAnswer =
      message !== undefined && 'id' in message && !('method' in message) && asked.delete(message.id)
    if (!isAnswer) countUnasked(line.length + LINE_COST)
    if (message) transport.onmessage?.(message)
  }
  const parsed = (line: Buffer): JSONRPCMessage | undefined => {
    // Most of what is no message can be told without reading it.
    if (line[0] !== OPENING_BRACE) return undefined
    try {
      return parse(line.toString('utf8'))
    } catch {
      return undefined
    }
  }
  const countUnasked = (bytes: number) => {
    unaskedBytes += bytes
    if (unaskedBytes <= MAX_UNASKED_BYTES) return
    program.stdout.off('data', take)
    void program.end('it poured out more than can be read')
  }
  const refuseAnswers = () => {
    for (const id of asked as Set<string | number>) {
      // What we sent has no other ids.
      asked.delete(id)
      const error = { code: -32000, message: 'The answer was too long.' }
      transport.onmessage?.({ jsonrpc: '2.0', id, error })
    }
  }
  const take = (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      gather(chunk.subarray(start, end))
      endLine()
      start = end + 1
    }
    gather(chunk.subarray(start))
    // One piece at a time: a flood must not keep the sound of the call waiting.
    program.stdout.pause()
    setImmediate(() => program.stdout.resume())
  }
  const transport: Transport = {
    async start() {
      program.stdout.on('data', take)
      await program.started
      void program.ended.then(() => transport.onclose?.())
    },
    async send(message) {
      if ('method' in message && 'id' in message) asked.add(message.id)
      program.stdin.write(`${JSON.stringify(message)}\n`)
    },
    close: () => program.end(),
  }
  return transport
}
