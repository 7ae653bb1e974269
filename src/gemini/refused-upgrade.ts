/** What an HTTP answer says that came instead of the WebSocket: its status, and Google's words when there are any. */
import type { IncomingMessage } from 'node:http'
import type { Failure } from './failure.ts'

const BODY_BYTES = 4096
const BODY_MS = 500

/** Reads the refusal: at most 4 kB of its body, for at most 500 ms. Never rejects; leaves closing the connection to the caller. */
export async function readRefusedUpgrade(response: IncomingMessage): Promise<Failure> {
  const body = await readBeginning(response)
  return { type: 'http', status: response.statusCode ?? 0, text: googleErrorText(body) }
}

function readBeginning(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).subarray(0, BODY_BYTES).toString())
    }
    const timer = setTimeout(finish, BODY_MS)
    response.on('data', (chunk: Buffer) => {
      if (size >= BODY_BYTES) return
      chunks.push(chunk)
      size += chunk.length
      if (size >= BODY_BYTES) finish()
    })
    response.on('end', finish)
    response.on('error', finish)
    response.on('close', finish)
  })
}

/** The message in an error body of Google's (`{"error":{"message":…}}`), or '' in any other. */
export function googleErrorText(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== 'object' || parsed === null || !('error' in parsed)) return ''
    const { error } = parsed
    if (typeof error !== 'object' || error === null || !('message' in error)) return ''
    return typeof error.message === 'string' ? error.message : ''
  } catch {
    return ''
  }
}
