import { beforeEach, describe, expect, it } from 'vitest'
import { type AgentTurns, createAgentTurns } from '../../src/call/conversation/agent-turns.ts'
import { createPersonTurns, type PersonTurns } from '../../src/call/conversation/person-turns.ts'
import type { CallEvent } from '../../src/call/events.ts'

let events: CallEvent[]
let now: number
let count: number
const emit = (event: CallEvent) => events.push(event)
const nowMs = () => now
const nextTurn = () => {
  count += 1
  return count
}
const shown = (turn: number) =>
  events.map((event) => (event.type === 'transcript.delta' && event.turn === turn ? event.text : '')).join('')
const ended = () => events.filter((event) => event.type === 'turn.ended')

beforeEach(() => {
  events = []
  now = 0
  count = 0
})

describe("the agent's turns", () => {
  let sound: { saidMs: number; heardMs: number; silent: boolean }
  let turns: AgentTurns
  const say = (ms: number) => {
    turns.sound()
    sound.saidMs += ms
    sound.silent = false
  }
  const hear = (ms: number) => {
    now += ms
    sound.heardMs = Math.min(sound.saidMs, sound.heardMs + ms)
    sound.silent = sound.heardMs === sound.saidMs
    turns.progress()
  }

  beforeEach(() => {
    sound = { saidMs: 0, heardMs: 0, silent: true }
    turns = createAgentTurns({ emit, sound, nowMs, nextTurn })
  })

  it('show words when their sound is heard, in whole words', () => {
    say(1000)
    turns.text('one two three ')
    turns.text('four')
    turns.complete()
    expect(shown(1)).toBe('')
    hear(500)
    expect(shown(1)).toBe('one two ')
    hear(500)
    expect(shown(1)).toBe('one two three four')
    now += 401
    turns.progress()
    expect(ended()).toMatchObject([
      { turn: 1, text: 'one two three four', interrupted: false, heardMs: 1000, startMs: 0, endMs: 1000 },
    ])
  })

  it('do not run ahead of speech when the text comes before the sound', () => {
    turns.text('a very long sentence that is known long before a single sample of it has been made')
    say(200)
    hear(200)
    expect(shown(1).length).toBeLessThan(8)
  })

  it('end only when the model is done and the person has heard it all', () => {
    say(1000)
    turns.text('hello there')
    hear(1000)
    expect(ended()).toEqual([])
    turns.complete()
    now += 401
    turns.progress()
    expect(ended()).toHaveLength(1)
    expect(turns.open).toBe(false)
  })

  it('take in words that trail behind the end of the turn', () => {
    say(1000)
    turns.text('Hello, this is')
    hear(1000)
    turns.complete()
    turns.progress()
    turns.text(' Dana.')
    now += 401
    turns.progress()
    expect(ended()).toMatchObject([{ turn: 1, text: 'Hello, this is Dana.' }])
  })

  it('wait for words that have not come at all yet', () => {
    say(1000)
    hear(1000)
    turns.complete()
    now += 1000
    turns.progress()
    turns.text('How are you?')
    now += 401
    turns.progress()
    expect(ended()).toMatchObject([{ turn: 1, text: 'How are you?', interrupted: false }])
  })

  it('are not made of words alone that are only early', () => {
    turns.text('Good ')
    now += 900
    turns.progress()
    turns.text('evening.')
    say(500)
    turns.complete()
    hear(1000)
    expect(ended()).toMatchObject([{ turn: 1, text: 'Good evening.', heardMs: 500 }])
  })

  it('are cut between words in languages that put no blanks there', () => {
    say(4000)
    turns.text('你好，我想预订今天晚上七点的四人桌。')
    turns.complete()
    hear(2000)
    turns.cut('person')
    const [turn] = ended()
    expect(turn?.text.length).toBeGreaterThan(5)
    expect(`${turn?.text}${turn?.unheardText}`).toBe('你好，我想预订今天晚上七点的四人桌。')
  })

  it('end by themselves when the model never says that it is done', () => {
    say(100)
    turns.text('hi')
    hear(100)
    now += 1000
    turns.progress()
    expect(ended()).toEqual([])
    now += 1001
    turns.progress()
    expect(ended()).toMatchObject([{ text: 'hi', interrupted: false }])
  })

  it('wait for the model to say so when all their sound came long before it was heard', () => {
    say(5000)
    turns.text('hello there')
    hear(5000)
    now += 300
    turns.progress()
    expect(ended()).toEqual([])
    turns.complete()
    now += 401
    turns.progress()
    expect(ended()).toHaveLength(1)
  })

  it('have an end, however many words the model sends', () => {
    say(1000)
    for (let i = 0; i < 30; i += 1) turns.text('word '.repeat(10_000))
    turns.complete()
    hear(1000)
    now += 401
    turns.progress()
    expect(shown(1)).toHaveLength(100_000)
  })

  it('keep what was heard apart from what was cut', () => {
    say(1000)
    turns.text('one two three four')
    turns.complete()
    hear(500)
    turns.cut('person')
    expect(ended()).toMatchObject([
      { text: 'one two', unheardText: 'three four', interrupted: true, heardMs: 500 },
    ])
    expect(events.filter((event) => event.type === 'agent.interrupted')).toMatchObject([
      { turn: 1, heardMs: 500 },
    ])
    expect(turns.open).toBe(false)
  })

  it('are not interrupted by the person after they were heard, nor by the end of the call', () => {
    say(100)
    turns.text('bye')
    turns.complete()
    sound.heardMs = 100
    sound.silent = true
    now += 400
    turns.cut('end')
    expect(ended()).toMatchObject([{ text: 'bye', interrupted: false }])
    say(100)
    turns.text('more words')
    turns.cut('end')
    expect(ended().at(-1)).toMatchObject({ text: '', unheardText: 'more words', interrupted: true })
    expect(events.some((event) => event.type === 'agent.interrupted')).toBe(false)
  })

  it('follow each other while the first is still being heard', () => {
    say(400)
    turns.text('first words')
    turns.complete()
    say(600)
    turns.text('second words')
    turns.complete()
    hear(400)
    expect(ended()).toMatchObject([{ turn: 1, text: 'first words', heardMs: 400 }])
    hear(600)
    now += 401
    turns.progress()
    expect(ended()[1]).toMatchObject({ turn: 2, text: 'second words', heardMs: 600 })
  })

  it('without any sound show their words at once when complete', () => {
    turns.text('only text')
    turns.complete()
    now += 401
    turns.progress()
    expect(ended()).toMatchObject([{ text: 'only text', heardMs: 0, interrupted: false }])
  })
})

describe("the person's turns", () => {
  let turns: PersonTurns
  beforeEach(() => {
    turns = createPersonTurns({ emit, nowMs, nextTurn })
  })

  it('are put together from pieces and timed by the sound', () => {
    turns.speechStarted(1000)
    now = 1500
    turns.text('He')
    turns.text('llo?')
    turns.speechEnded(2000)
    now = 2600
    turns.answered()
    now = 2700
    turns.text(' Yes.')
    now = 3600
    turns.progress()
    expect(shown(1)).toBe('Hello? Yes.')
    expect(ended()).toMatchObject([
      { speaker: 'person', turn: 1, text: 'Hello? Yes.', startMs: 1000, endMs: 2000, heardMs: 1000 },
    ])
  })

  it('last through pauses until the agent answers', () => {
    turns.speechStarted(0)
    turns.text('I would like')
    turns.speechEnded(900)
    turns.speechStarted(1400)
    expect(turns.silentSinceMs).toBeUndefined()
    now = 5000
    turns.progress()
    expect(ended()).toEqual([])
    turns.speechEnded(5200)
    expect(turns.silentSinceMs).toBe(5200)
    now = 7100
    turns.progress()
    expect(ended()).toMatchObject([{ startMs: 0, endMs: 5200 }])
  })

  it('begin anew when the person speaks into the answer', () => {
    turns.speechStarted(0)
    turns.text('first')
    turns.speechEnded(500)
    now = 1000
    turns.answered()
    turns.speechStarted(1200)
    turns.spokeAgain()
    turns.text('second')
    turns.speechEnded(1900)
    now = 2000
    turns.end()
    expect(ended()).toMatchObject([
      { turn: 1, text: 'first', startMs: 0, endMs: 500 },
      { turn: 2, text: 'second', startMs: 1200, endMs: 1900 },
    ])
  })

  it('are two when the person speaks again after an answer, however little of it was heard', () => {
    turns.speechStarted(0)
    turns.text('Hello? Who')
    turns.speechEnded(500)
    now = 700
    turns.answered()
    turns.speechStarted(800)
    now = 1200
    turns.text('No thanks')
    turns.end()
    expect(ended()).toMatchObject([
      { text: 'Hello? Who', endMs: 500 },
      { text: 'No thanks', startMs: 800 },
    ])
  })

  it('that wait long for their answer are over before it, and the wait is still known', () => {
    turns.speechStarted(0)
    turns.text('Are you there?')
    turns.speechEnded(900)
    now = 3000
    turns.progress()
    expect(ended()).toHaveLength(1)
    expect(turns.silentSinceMs).toBe(900)
    turns.speechStarted(4000)
    turns.text('Hello?')
    turns.speechEnded(4500)
    turns.end()
    expect(ended()[1]).toMatchObject({ text: 'Hello?', startMs: 4000, endMs: 4500 })
  })

  it('are told late and still timed right', () => {
    turns.speechStarted(100)
    turns.speechEnded(700)
    now = 1200
    turns.answered()
    now = 1300
    turns.text('late words')
    turns.end()
    expect(ended()).toMatchObject([{ startMs: 100, text: 'late words' }])
  })
})
