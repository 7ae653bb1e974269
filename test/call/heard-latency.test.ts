import { describe, expect, it } from 'vitest'
import { createFigures } from '../../src/call/figures.ts'
import { createHeardLatency } from '../../src/call/heard-latency.ts'
import { noise } from '../audio/signals.ts'

const FRAME_MS = 20
const SAMPLES = (FRAME_MS * 8000) / 1000

type Span = readonly [fromMs: number, toMs: number]
type Call = {
  /** When the person speaks; every frame of theirs is sent, silence too. */
  person?: readonly Span[]
  /** Frames of the person that the carrier leaves out. */
  holes?: readonly Span[]
  /** When the agent's sound is handed to the phone as playing, and from when on it is loud. */
  agent?: readonly { span: Span; loudFromMs?: number; sentEarlyMs?: number }[]
  cutsAtMs?: readonly number[]
  untilMs?: number
}

const within = (ms: number, [from, to]: Span) => ms >= from && ms < to
const voice = (seed: number, loud: boolean) => noise(SAMPLES, loud ? 3000 : 3, seed)

/** Plays the call frame by frame, in the order in which its events would come. */
function latencies({ person = [], holes = [], agent = [], cutsAtMs = [], untilMs = 8000 }: Call): number[] {
  const heard = createHeardLatency(8000)
  const queue = agent.flatMap(({ span: [from, to], loudFromMs = from, sentEarlyMs = 0 }) =>
    Array.from({ length: (to - from) / FRAME_MS }, (_, i) => {
      const atMs = from + i * FRAME_MS
      return { atMs, sentMs: Math.max(from, atMs - 1000) - sentEarlyMs, loud: atMs >= loudFromMs }
    }),
  )
  for (let nowMs = 0; nowMs < untilMs; nowMs += FRAME_MS) {
    if (cutsAtMs.includes(nowMs)) heard.note({ type: 'sound.cut', atMs: nowMs })
    for (const { atMs, sentMs, loud } of queue)
      if (sentMs >= nowMs && sentMs < nowMs + FRAME_MS)
        heard.note({ type: 'sound.agent', pcm: voice(atMs, loud), atMs })
    const talks = person.some((span) => within(nowMs, span))
    if (!holes.some((span) => within(nowMs, span)))
      heard.note({ type: 'sound.person', pcm: voice(nowMs + 1, talks), atMs: nowMs })
  }
  return heard.latenciesMs()
}

describe('the latency that is heard', () => {
  it('is the time from the last loud moment of the person to the first of the agent', () => {
    expect(latencies({ person: [[1000, 2000]], agent: [{ span: [2800, 4000] }] })).toEqual([800])
  })

  it('does not take silence at the head of the answer for the answer', () => {
    const agent = [{ span: [2800, 4000], loudFromMs: 3000 }] as const
    expect(latencies({ person: [[1000, 2000]], agent })).toEqual([1000])
  })

  it('is there for each answer, also for one quicker than the certainty that the person has finished', () => {
    const person = [
      [1000, 2000],
      [4000, 5000],
    ] as const
    const agent = [{ span: [2100, 3500] }, { span: [5900, 7000] }] as const
    expect(latencies({ person, agent })).toEqual([100, 900])
  })

  it('counts only the first utterance after a speech', () => {
    const agent = [{ span: [2500, 3000] }, { span: [4000, 5000] }] as const
    expect(latencies({ person: [[1000, 2000]], agent })).toEqual([500])
  })

  it('knows no answer to nobody', () => {
    expect(latencies({ agent: [{ span: [500, 2000] }] })).toEqual([])
    expect(latencies({ person: [[4000, 5000]], agent: [{ span: [500, 2000] }] })).toEqual([])
  })

  it('does not count an answer into the speech of the person, nor its rest after it', () => {
    expect(latencies({ person: [[1000, 3000]], agent: [{ span: [2000, 5000] }] })).toEqual([])
    expect(latencies({ person: [[1000, 3000]], agent: [{ span: [2900, 5000] }] })).toEqual([])
  })

  it('does not take the end of a pause in what the agent says for an answer to a "yes" in between', () => {
    const agent = [{ span: [500, 2000] }, { span: [2200, 4000] }] as const
    expect(latencies({ person: [[1500, 2100]], agent })).toEqual([])
  })

  it('counts from the end of what the person said last', () => {
    const person = [
      [1000, 2000],
      [2400, 3000],
    ] as const
    expect(latencies({ person, agent: [{ span: [3600, 5000] }] })).toEqual([600])
    // The second speech begins after the answer: it was the first that was answered.
    expect(latencies({ person, agent: [{ span: [2340, 2380] }] })).toEqual([340])
  })

  it('passes over an answer that was cut before it was heard', () => {
    const agent = [{ span: [3000, 4000], sentEarlyMs: 200 }, { span: [5000, 6000] }] as const
    expect(latencies({ person: [[1000, 2000]], agent, cutsAtMs: [2900] })).toEqual([3000])
    expect(latencies({ person: [[1000, 2000]], agent, cutsAtMs: [3100] })).toEqual([1000])
  })

  it('begins anew after a cut', () => {
    const agent = [{ span: [500, 1500] }, { span: [1700, 2500] }] as const
    expect(latencies({ person: [[1000, 1600]], agent, cutsAtMs: [1500] })).toEqual([100])
  })

  it('takes what the carrier leaves out for silence', () => {
    const call = { person: [[1000, 2000]], agent: [{ span: [2800, 4000] }] } as const
    expect(latencies({ ...call, holes: [[0, 900]] })).toEqual([800])
    expect(latencies({ ...call, holes: [[2040, 5000]] })).toEqual([800])
  })

  it('stands in the figures of the call, beside the latency of what was sent', () => {
    const figures = createFigures()
    expect(figures.figures()).toMatchObject({ heardLatencyP50Ms: null, heardLatencyP95Ms: null })
    figures.note({ type: 'latency', turn: 2, responseMs: 700 })
    for (let atMs = 0; atMs < 4000; atMs += FRAME_MS) {
      if (atMs === 1800) figures.note({ type: 'sound.agent', pcm: voice(1, true), atMs })
      figures.note({ type: 'sound.person', pcm: voice(atMs + 1, within(atMs, [200, 1000])), atMs })
    }
    expect(figures.figures()).toMatchObject({
      latencyP50Ms: 700,
      latencyP95Ms: 700,
      heardLatencyP50Ms: 800,
      heardLatencyP95Ms: 800,
    })
  })
})
