import { describe, expect, it } from 'vitest'
import { createHeldInput } from '../../src/gemini/held-input.ts'

const sound = (...samples: number[]) => ({ type: 'audio', pcm: Int16Array.from(samples) }) as const
const text = (words: string) => ({ type: 'text', text: words, insist: false }) as const

describe('held input', () => {
  it('gives back everything in the order it came, once', () => {
    const held = createHeldInput(8000)
    const inputs = [sound(1, 2), text('a'), sound(3), text('b')]
    for (const input of inputs) held.push(input)
    expect(held.take()).toEqual({ inputs, lostMs: 0 })
    expect(held.take()).toEqual({ inputs: [], lostMs: 0 })
  })

  it('is not changed by what the caller does with its array afterwards', () => {
    const held = createHeldInput(8000)
    const pcm = Int16Array.of(1, 2)
    held.push({ type: 'audio', pcm })
    pcm.fill(9)
    expect(held.take().inputs).toEqual([sound(1, 2)])
  })

  it('keeps the latest 10 s of sound and all text, and counts what it gave up', () => {
    const held = createHeldInput(1000)
    held.push(text('first'))
    for (let frame = 0; frame < 510; frame++) held.push(sound(...new Array(20).fill(frame)))
    held.push(text('last'))
    const { inputs, lostMs } = held.take()
    expect(lostMs).toBe(200)
    expect(inputs).toHaveLength(502)
    expect(inputs[0]).toEqual(text('first'))
    expect(inputs[1]).toEqual(sound(...new Array(20).fill(10)))
    expect(inputs.at(-1)).toEqual(text('last'))
    held.push(sound(1))
    expect(held.take().lostMs).toBe(0)
  })
})
