/** A plausible call as events, and screens to show it on. */
import { PassThrough } from 'node:stream'
import type { JournalEvent, Stamped } from '../../src/call/events.ts'
import type { Screen } from '../../src/reporters/outlet.ts'

/** Stamps events one second apart, from noon on. */
export function stamped(events: readonly JournalEvent[]): Stamped[] {
  const noon = Date.UTC(2026, 0, 2, 12)
  return events.map((event, i) => ({ ...event, at: new Date(noon + i * 1000).toISOString(), seq: i + 1 }))
}

/** Until the media stream starts. */
export const answered = [
  {
    type: 'call.requested',
    to: '+12025550123',
    from: '+12025550199',
    voice: 'Kore',
    model: 'gemini-3.8-live',
  },
  { type: 'ingress.ready', publicUrl: 'wss://abc.ngrok.app', via: 'ngrok' },
  { type: 'model.ready', model: 'gemini-3.8-live', voice: 'Kore', connectMs: 431 },
  { type: 'call.created', callSid: 'CA00000000000000000000000000000001' },
  { type: 'call.status', status: 'ringing' },
  { type: 'call.answered', ringMs: 4210, answeredBy: 'human' },
  { type: 'media.started', streamSid: 'MZ00000000000000000000000000000001' },
] as const satisfies readonly JournalEvent[]

export const ended = {
  type: 'call.ended',
  exitCode: 0,
  reason: 'person-hung-up',
  durationMs: 72_000,
  callSid: 'CA00000000000000000000000000000001',
  answeredBy: 'human',
  messageLeft: false,
  dialled: 'yes',
  hungUp: true,
  turns: 5,
  interruptions: 1,
  latencyP50Ms: 480,
  latencyP95Ms: 910,
  heardLatencyP50Ms: 530,
  heardLatencyP95Ms: 1020,
  estimatedCostUsd: 0.0231,
} as const satisfies JournalEvent

/** What a call can bring besides talk, in the midst of it. */
export const acts = [
  { type: 'machine.detected', answeredBy: 'machine_start', by: 'carrier' },
  { type: 'dtmf.sent', digits: '12#' },
  { type: 'media.reconnected', streamSid: 'MZ00000000000000000000000000000002', gapMs: 1200 },
  { type: 'tool.called', name: 'book_table', args: { people: 4 } },
  { type: 'tool.returned', name: 'book_table', ok: false },
  { type: 'transfer.started', to: '+12025550188' },
  { type: 'transfer.failed', to: '+12025550188', why: 'no-answer' },
  { type: 'transfer.started', to: '+12025550177' },
  { type: 'transfer.connected', to: '+12025550177' },
] as const satisfies readonly JournalEvent[]

/** What `acts` reads like, without further detail. */
export const actsInWords = [
  'A machine answered, says the carrier',
  '… agent uses book_table',
  '… book_table failed',
  'Putting the person through to +12025550188…',
  'Not put through: nobody answered; the person is back',
  'Putting the person through to +12025550177…',
  'They are talking; waiting for the end of the call',
]

/** A finished turn from 3 s to 5 s. */
export function turn(
  speaker: 'person' | 'agent',
  number: number,
  text: string,
  heardMs = 2000,
): JournalEvent {
  return {
    type: 'turn.ended',
    speaker,
    turn: number,
    text,
    startMs: 3000,
    endMs: 5000,
    interrupted: false,
    heardMs,
  }
}

/** A turn of the agent that was cut off. */
export function cutTurn(number: number, text: string, heardMs: number): JournalEvent {
  return { ...turn('agent', number, text, heardMs), interrupted: true } as JournalEvent
}

/** Words of a turn. */
export function words(speaker: 'person' | 'agent', number: number, text: string): JournalEvent {
  return { type: 'transcript.delta', speaker, turn: number, text }
}

/** A stream that keeps what was written to it. */
export type FakeScreen = PassThrough & Screen & { readonly seen: string }

export function fakeScreen(shape: { isTTY?: boolean; columns?: number } = {}): FakeScreen {
  let seen = ''
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => {
    seen += chunk.toString('utf8')
  })
  const screen = Object.assign(stream, shape)
  return Object.defineProperty(screen, 'seen', { get: () => seen }) as typeof screen & {
    readonly seen: string
  }
}
