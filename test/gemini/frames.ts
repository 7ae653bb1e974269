/** What tests of live sessions share: a setup, frames of the server, and the reading of events. */
import type { ModelEvent, ModelSetup } from '../../src/call/live-model.ts'
import type { LiveConnection } from './live-server.ts'

export const apiKey = 'AIzaSyCanary0123456789'

export const setup: ModelSetup = {
  model: 'gemini-3.8-live',
  voice: 'Kore',
  systemInstruction: 'You order flowers.',
  language: undefined,
  tools: [{ name: 'end_call', description: 'Hangs up.', parameters: { type: 'object', properties: {} } }],
  inputRate: 16000,
  voiceActivity: {
    startSensitivity: 'high',
    endSensitivity: 'low',
    prefixPaddingMs: 20,
    silenceDurationMs: 500,
  },
  history: () => [],
}

/** A message with a piece of speech. */
export const speech = (bytes: number[], mimeType = 'audio/pcm;rate=24000') => ({
  serverContent: {
    modelTurn: {
      role: 'model',
      parts: [{ inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') } }],
    },
  },
})

export const turnComplete = { serverContent: { turnComplete: true } }

export const resumable = (newHandle: string) => ({ sessionResumptionUpdate: { newHandle, resumable: true } })

/** The next events, fewer when they end before. */
export async function take(events: AsyncIterator<ModelEvent>, count: number): Promise<ModelEvent[]> {
  const taken: ModelEvent[] = []
  while (taken.length < count) {
    const result = await events.next()
    if (result.done) break
    taken.push(result.value)
  }
  return taken
}

/** The setup that a connection began with: its handle and its instruction. */
export function setupOf(connection: LiveConnection): { handle: string | undefined; instruction: string } {
  const { setup } = connection.received[0] as {
    setup: {
      sessionResumption: { handle?: string }
      systemInstruction?: { parts: { text: string }[] }
    }
  }
  return {
    handle: setup.sessionResumption.handle,
    instruction: setup.systemInstruction?.parts.map(({ text }) => text).join('') ?? '',
  }
}

/** What a connection has been told so far, the setup left out: samples of sound as numbers, one after the other, all else as it came. */
export function told(connection: LiveConnection): unknown[] {
  return connection.received.slice(1).flatMap((message) => {
    const { realtimeInput } = message as { realtimeInput?: { audio?: { data: string } } }
    if (realtimeInput?.audio === undefined) return [message]
    const bytes = Buffer.from(realtimeInput.audio.data, 'base64')
    return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2))
  })
}
