/** The beginning of an HTTP answer, bounded in size and in time. */
import type { IncomingMessage } from 'node:http'

/** The body as text: at most `limitBytes` of it, or what has come within `withinMs`. Never rejects; leaves closing the connection to the caller. */
export function readBody(response: IncomingMessage, limitBytes: number, withinMs: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).subarray(0, limitBytes).toString())
    }
    const timer = setTimeout(finish, withinMs)
    response.on('data', (chunk: Buffer) => {
      if (size >= limitBytes) return
      chunks.push(chunk)
      size += chunk.length
      if (size >= limitBytes) finish()
    })
    response.on('end', finish)
    response.on('error', finish)
    response.on('close', finish)
  })
}
