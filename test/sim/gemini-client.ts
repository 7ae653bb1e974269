/** The official SDK as the client of the simulated Gemini, and a bare socket for what the SDK would never send. */
import {
  GoogleGenAI,
  type LiveConnectConfig,
  type LiveServerMessage,
  Modality,
  type Session,
} from '@google/genai'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createClock } from '../../src/flow/clock.ts'
import { startSimulatedGemini } from '../../src/sim/gemini/simulated-gemini.ts'
import type { AgentTurn, Faults, PersonTurn, Scenario, ScenarioTurn } from '../../src/sim/scenario.ts'
import { createSpeech } from '../../src/sim/speech.ts'

export const MODEL = 'gemini-3.8-live'
const PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'

/** A scenario of these turns that is answered at once. */
export function scenarioOf(turns: readonly ScenarioTurn[], faults: Scenario['faults'] = {}): Scenario {
  return { name: 'test', speed: 1, phone: { ringMs: 0, outcome: 'answer' }, turns, faults }
}

export function agent(text: string, more: Partial<AgentTurn> = {}): AgentTurn {
  return { speaker: 'agent', text, delayMs: 350, tools: [], ...more }
}

export function person(text: string, more: Partial<PersonTurn> = {}): PersonTurn {
  return { speaker: 'person', text, pauseMs: 600, hangUp: false, ...more }
}

/** A session of the SDK with everything that it was told. */
export type SdkClient = {
  session: Session
  messages: LiveServerMessage[]
  /** Resolves when a message of this kind is there that was not taken by an earlier call. */
  next(fits: (message: LiveServerMessage) => unknown): Promise<LiveServerMessage>
  closed: Promise<{ code: number; reason: string }>
}

/** Connects as the product does: v1beta, API key, base URL. */
export async function connectSdk(
  server: { baseUrl: string; apiKey: string },
  config: LiveConnectConfig = {},
): Promise<SdkClient> {
  const ai = new GoogleGenAI({
    apiKey: server.apiKey,
    vertexai: false,
    apiVersion: 'v1beta',
    httpOptions: { baseUrl: server.baseUrl },
  })
  const messages: LiveServerMessage[] = []
  let taken = 0
  let wake = () => {}
  let ended: (how: { code: number; reason: string }) => void = () => {}
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ended = resolve
  })
  const session = await ai.live.connect({
    model: MODEL,
    config: { responseModalities: [Modality.AUDIO], inputAudioTranscription: {}, ...config },
    callbacks: {
      onmessage(message) {
        messages.push(message)
        wake()
      },
      onclose: ({ code, reason }) => ended({ code, reason }),
    },
  })
  const next = async (fits: (message: LiveServerMessage) => unknown) => {
    for (;;) {
      const found = messages.findIndex((message, index) => index >= taken && fits(message))
      if (found >= 0) {
        taken = found + 1
        return messages[found] as LiveServerMessage // found is an index of the list
      }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { session, messages, next, closed }
}

/** Kinds of messages to wait for. */
export const turnComplete = ({ serverContent }: LiveServerMessage) => serverContent?.turnComplete
export const interrupted = ({ serverContent }: LiveServerMessage) => serverContent?.interrupted
export const hasSound = ({ serverContent }: LiveServerMessage) => serverContent?.modelTurn
export const newHandle = ({ sessionResumptionUpdate }: LiveServerMessage) =>
  sessionResumptionUpdate?.newHandle

/** A simulator and a first client of it, ten times as fast as life; both end with the test. */
export async function startTalk(
  turns: readonly ScenarioTurn[],
  faults: Faults = {},
  config: LiveConnectConfig = {},
  speed = 10,
) {
  const clock = createClock(speed)
  const speech = createSpeech().agent
  const gemini = await startSimulatedGemini({ scenario: scenarioOf(turns, faults), clock, speech })
  onTestFinished(() => gemini.close())
  const connect = async (handle?: string) => {
    const sessionResumption = handle === undefined ? {} : { handle }
    const client = await connectSdk(gemini, { sessionResumption, ...config })
    onTestFinished(() => client.session.close())
    return client
  }
  return { gemini, clock, connect, first: await connect() }
}

/** A second of speech, and the silence that ends it. */
export function speakUp(session: Session, silenceMs = 520): void {
  sendSound(session, buzz(1000, 16000), 16000)
  sendSound(session, new Int16Array(silenceMs * 16), 16000)
}

/** Sends sound in the 20 ms messages of a phone line. */
export function sendSound(session: Session, pcm: Int16Array, rate: number): void {
  const size = rate / 50
  for (let start = 0; start < pcm.length; start += size) {
    const piece = pcm.subarray(start, start + size)
    const data = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('base64')
    session.sendRealtimeInput({ audio: { data, mimeType: `audio/pcm;rate=${rate}` } })
  }
}

/** A buzz as loud as phone speech, or with `rms` of another loudness (of 32768). */
export function buzz(ms: number, rate: number, rms = 3277): Int16Array {
  return Int16Array.from({ length: (ms * rate) / 1000 }, (_, i) =>
    Math.round(rms * Math.SQRT2 * Math.sin((2 * Math.PI * 400 * i) / rate)),
  )
}

/** All the sound in messages, as samples, and the transcripts. */
export function contentOf(messages: readonly LiveServerMessage[]) {
  const parts = messages.flatMap(({ serverContent }) => serverContent?.modelTurn?.parts ?? [])
  const sound = Buffer.concat(parts.map(({ inlineData }) => Buffer.from(inlineData?.data ?? '', 'base64')))
  const text = (pick: (message: LiveServerMessage) => string | undefined) => messages.map(pick).join('')
  return {
    pcm: Int16Array.from({ length: Math.floor(sound.length / 2) }, (_, i) => sound.readInt16LE(i * 2)),
    chunkBytes: parts.map(({ inlineData }) => Buffer.from(inlineData?.data ?? '', 'base64').length),
    agentText: text((message) => message.serverContent?.outputTranscription?.text),
    personText: text((message) => message.serverContent?.inputTranscription?.text),
  }
}

/** A bare WebSocket to the Live API; `path` may be another one. */
export async function openRaw(
  server: { baseUrl: string; apiKey: string },
  { path = PATH, key = server.apiKey, headers = {} as Record<string, string> } = {},
) {
  const socket = new WebSocket(`${server.baseUrl.replace('http', 'ws')}${path}?key=${key}`, { headers })
  const frames: { binary: boolean; text: string }[] = []
  let wake = () => {}
  socket.on('message', (data: Buffer, binary) => {
    frames.push({ binary, text: data.toString() })
    wake()
  })
  let tcpError: string | undefined
  socket.on('upgrade', ({ socket: tcp }) => {
    tcp.on('error', (error: NodeJS.ErrnoException) => {
      tcpError = error.code
    })
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    closed,
    /** How the connection below broke: `ECONNRESET`. */
    tcpError: () => tcpError,
    send: (message: unknown) => socket.send(JSON.stringify(message)),
    async frame(index: number) {
      while (frames.length <= index)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return frames[index]
    },
  }
}
