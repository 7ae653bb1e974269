import { describe, expect, it } from 'vitest'
import type { ScenarioTurn } from '../../src/sim/scenario.ts'
import { createPerson, type PersonFrame, toLines } from '../../src/sim/twilio/person.ts'
import { agent, person, soundings, tone } from './twilio-bench.ts'

/** What the person does while hearing sound in `speaking` (ms from, to) for `totalMs`; words take 100 ms a character. */
async function live(turns: readonly ScenarioTurn[], speaking: [number, number][], totalMs: number) {
  const someone = createPerson(await toLines(turns, async (turn) => tone(turn.text.length * 100)))
  const heard = new Int16Array(totalMs * 8)
  for (const [fromMs, toMs] of speaking) heard.set(tone(toMs - fromMs), fromMs * 8)
  const said = new Int16Array(heard.length)
  const acts: { atMs: number; act: string }[] = []
  for (let at = 0; at < heard.length; at += 160) {
    const frame: PersonFrame = someone.live(heard.subarray(at, at + 160))
    said.set(frame.said, at)
    if (frame.digit) acts.push({ atMs: at / 8, act: frame.digit })
    if (frame.hangsUp) acts.push({ atMs: at / 8, act: 'hangs up' })
  }
  return { spoke: soundings(said), acts }
}

describe('the simulated person', () => {
  it('speaks first, a pause after the line is through, when the scenario begins with the person', async () => {
    const { spoke } = await live([person('Hello', { pauseMs: 400 })], [], 3000)
    expect(spoke).toEqual([[400, 900]])
  })

  it('waits for the agent to be silent for 600 ms, and then for the pause', async () => {
    const turns = [agent('Good day.'), person('Hi', { pauseMs: 300 })]
    expect((await live(turns, [], 5000)).spoke).toEqual([])
    const { spoke } = await live(
      turns,
      [
        [1000, 2000],
        [2500, 3000],
      ],
      6000,
    )
    expect(spoke).toEqual([[3900, 4100]])
  })

  it('starts the pause again when the agent goes on', async () => {
    const turns = [agent('Good day.'), person('Hi', { pauseMs: 300 })]
    const { spoke } = await live(
      turns,
      [
        [0, 500],
        [1300, 2000],
      ],
      6000,
    )
    expect(spoke).toEqual([[2900, 3100]])
  })

  it('barges in after having heard so much of the speech', async () => {
    const turns = [agent('A long story.'), person('Stop', { bargeInMs: 800 })]
    const { spoke } = await live(turns, [[1000, 4000]], 5000)
    expect(spoke).toEqual([[1800, 2200]])
  })

  it('speaks after the end of a speech too short to barge into', async () => {
    const turns = [agent('No.'), person('Why', { bargeInMs: 2000, pauseMs: 100 })]
    const { spoke } = await live(turns, [[1000, 1500]], 5000)
    expect(spoke).toEqual([[2200, 2500]])
  })

  it('does not take the rest of an interrupted speech for an answer', async () => {
    const turns = [
      agent('A long story.'),
      person('No', { bargeInMs: 500 }),
      agent('Sorry.'),
      person('Fine', { pauseMs: 0 }),
    ]
    const interrupted: [number, number] = [0, 900]
    expect((await live(turns, [interrupted], 6000)).spoke).toEqual([[500, 700]])
    const { spoke } = await live(turns, [interrupted, [1700, 2200]], 6000)
    expect(spoke).toEqual([
      [500, 700],
      [2800, 3200],
    ])
  })

  it('waits for an agent that talks on regardless', async () => {
    const turns = [agent('A'), person('No', { bargeInMs: 500 }), agent('B'), person('Fine', { pauseMs: 0 })]
    const { spoke } = await live(turns, [[0, 3000]], 6000)
    expect(spoke).toEqual([
      [500, 700],
      [3600, 4000],
    ])
  })

  it('speaks two turns in a row one after the other, and waits for no agent without words', async () => {
    const turns = [
      person('One', { pauseMs: 100 }),
      person('Two', { pauseMs: 200 }),
      agent(''),
      person('Three', { pauseMs: 300 }),
    ]
    const { spoke } = await live(turns, [], 4000)
    expect(spoke).toEqual([
      [100, 400],
      [600, 900],
      [1200, 1700],
    ])
  })

  it('speaks, presses keys and hangs up, in this order', async () => {
    const { spoke, acts } = await live([person('One', { digits: '4#', hangUp: true })], [], 2000)
    expect(spoke).toEqual([[100, 400]])
    expect(acts).toEqual([
      { atMs: 400, act: '4' },
      { atMs: 600, act: '#' },
      { atMs: 800, act: 'hangs up' },
    ])
  })

  it('does not hear line noise', async () => {
    const someone = createPerson(
      await toLines([agent('Hi'), person('Yes', { pauseMs: 0 })], async () => tone(100)),
    )
    const noise = Int16Array.from({ length: 160 }, (_, n) => (n % 2 ? 100 : -100))
    const silence = new Int16Array(160)
    const frames = Array.from({ length: 200 }, (_, n) => someone.live(n < 100 ? noise : silence))
    expect(frames.every((frame) => frame.said.every((sample) => sample === 0))).toBe(true)
  })
})
