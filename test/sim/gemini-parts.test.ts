import { describe, expect, it } from 'vitest'
import { decodeUlaw, encodeUlaw } from '../../src/sim/g711.ts'
import { closeReason } from '../../src/sim/gemini/refusal.ts'
import { createScriptCursor } from '../../src/sim/gemini/script-cursor.ts'
import { createSoundPrinter, soundPrints } from '../../src/sim/gemini/sound-print.ts'
import { personPieces, planTurn } from '../../src/sim/gemini/turn-plan.ts'
import { type Compression, createUsageLedger } from '../../src/sim/gemini/usage-ledger.ts'
import { createVoiceDetector } from '../../src/sim/gemini/voice-detector.ts'
import { CLIENT_MESSAGE, misfit } from '../../src/sim/gemini/wire-shape.ts'
import { createSpeech } from '../../src/sim/speech.ts'
import { agent, buzz, person } from './gemini-client.ts'

describe('a close reason', () => {
  it('is cut at 123 bytes without breaking a character', () => {
    expect(closeReason('é'.repeat(100))).toBe('é'.repeat(61))
    expect(closeReason('short')).toBe('short')
  })
})

describe('the shape of client messages', () => {
  it('complains about the first misfit at its place, in the words of protobuf', () => {
    const message = { setup: { tools: [{}, { functionDeclarations: [{ name: 5 }] }] } }
    expect(misfit(message, CLIENT_MESSAGE)).toBe(
      "Invalid value at 'setup.tools[1].function_declarations[0].name' (TYPE_STRING), 5",
    )
  })
  it('takes 64-bit integers as text, and does not trip over inherited names', () => {
    expect(misfit({ setup: { contextWindowCompression: { triggerTokens: '25000' } } }, CLIENT_MESSAGE)).toBe(
      undefined,
    )
    expect(misfit({ toString: 1 }, CLIENT_MESSAGE)).toContain('Unknown name "toString"')
  })
})

describe('the voice detector', () => {
  it('hears speech 60 ms after it began and the end after the silence asked for, whatever the pieces', () => {
    const detector = createVoiceDetector(500)
    const sound = Int16Array.from([...new Int16Array(1600), ...buzz(300, 16000), ...new Int16Array(16000)])
    const events: string[] = []
    for (let start = 0; start < sound.length; start += 37) {
      for (const event of detector.hear(sound.subarray(start, start + 37), 16000))
        events.push(`${event} ${Math.round((start + 37) / 16 / 20) * 20}`)
    }
    expect(events).toEqual(['start 160', 'end 900'])
  })
  it('hears every shipped clip and babble as one stretch of speech, also through a mu-law line', async () => {
    const speech = createSpeech()
    for (const text of [
      'Yes, hello. One moment, please.',
      'Sorry, could you make it half past seven?',
      'Hm, no clip for this, is there?',
    ]) {
      const line = decodeUlaw(encodeUlaw(await speech.person(person(text))))
      const detector = createVoiceDetector(500)
      expect([...detector.hear(line, 8000), ...detector.hear(new Int16Array(4160), 8000)]).toEqual([
        'start',
        'end',
      ])
    }
  })
})

describe('the plan of a turn', () => {
  const pcm = buzz(5000, 24000)
  const text = 'Some words that are said in these five seconds of sound, more or less.'
  const plan = planTurn(text, pcm, { splitSamples: false })

  it('is in order, three to four times as fast as it plays', () => {
    const times = plan.map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(5000 / (times.at(-1) ?? 1)).toBeGreaterThan(3)
    expect(5000 / (times.at(-1) ?? 1)).toBeLessThan(4.5)
  })
  it('mixes messages with two parts, with sound and words, and with words alone', () => {
    const parts = plan.map(({ content }) => JSON.stringify(content).split('inlineData').length - 1)
    expect(new Set(parts)).toEqual(new Set([0, 1, 2]))
    expect(plan.some(({ content }) => 'modelTurn' in content && 'outputTranscription' in content)).toBe(true)
  })
  it('splits words', () => {
    const pieces = plan.flatMap(
      ({ content }) => (content.outputTranscription as { text: string } | undefined)?.text ?? [],
    )
    expect(pieces.join('')).toBe(text)
    expect(pieces.some((piece, i) => /\w$/.test(piece) && /^\w/.test(pieces[i + 1] ?? ''))).toBe(true)
    expect(personPieces('Yes, of course I could do that.').length).toBeGreaterThan(3)
  })
  it('is empty for an empty turn, and still has the words of a turn without sound', () => {
    expect(planTurn('', new Int16Array(0), { splitSamples: false })).toEqual([])
    expect(
      planTurn('Hello.', new Int16Array(0), { splitSamples: false }).map(({ characters }) => characters),
    ).toEqual([2, 4])
  })
})

describe('the place in the script', () => {
  const turns = [agent('A'), person('B'), person('', { digits: '1' }), agent('C'), person('D')]

  it('passes over a silent turn of the person', () => {
    const cursor = createScriptCursor(turns)
    cursor.agentBegan(0)
    expect(cursor.personBegan(undefined)?.text).toBe('B')
    expect(cursor.agentMayAnswer()).toBe(true)
    expect(cursor.nextAgentTurn()).toMatchObject({ index: 3, number: 2 })
    cursor.agentBegan(3)
    expect(cursor.personBegan(3)?.text).toBe('D')
    expect(cursor.nextAgentTurn()).toBe(undefined)
    expect(cursor.personBegan(undefined)).toBe(undefined)
  })
  it('passes over a turn that broke off when the person answers what could be heard of it, and says it again when not', () => {
    const cursor = createScriptCursor(turns)
    cursor.agentBegan(0)
    cursor.agentBroke(0)
    expect(cursor.nextAgentTurn()?.turn.text).toBe('A')
    expect(cursor.personBegan(undefined)?.text).toBe('B')
    expect(cursor.nextAgentTurn()?.turn.text).toBe('C')
  })
  it('is found again after the last words that somebody quotes', () => {
    const cursor = createScriptCursor([
      agent('One and two.'),
      person('B'),
      agent('Three and four.'),
      agent('E'),
    ])
    expect(cursor.recall('One and two.')).toBe(false)
    cursor.agentBegan(0)
    cursor.agentBegan(2)
    expect(cursor.recall('nothing of it')).toBe(false)
    expect(cursor.nextAgentTurn()?.index).toBe(3)
    expect(cursor.recall('You said: One and two. They said: B')).toBe(true)
    expect(cursor.nextAgentTurn()?.index).toBe(2)
  })
})

describe('prints of sound', () => {
  const sound = buzz(110, 16000)

  it('are the same for the same sound in whatever pieces, one for each 20 ms and one for the rest', () => {
    const prints: number[] = []
    const printer = createSoundPrinter(prints)
    for (let at = 0; at < sound.length; at += 37) printer.add(sound.subarray(at, at + 37), 16000)
    printer.end()
    printer.end()
    expect(prints).toEqual(soundPrints(sound, 16000))
    expect(prints).toHaveLength(6)
  })
  it('differ from the first sample on that is missing', () => {
    const whole = soundPrints(sound, 16000)
    const missing = soundPrints(Int16Array.from([...sound.subarray(0, 700), ...sound.subarray(701)]), 16000)
    expect(missing.slice(0, 2)).toEqual(whole.slice(0, 2))
    for (const [index, print] of missing.entries()) if (index >= 2) expect(whole).not.toContain(print)
  })
})

describe('the usage', () => {
  it('stops growing where the client lets the service forget', () => {
    const prompts = (compression?: Compression) => {
      const ledger = createUsageLedger(100, compression)
      return Array.from({ length: 60 }, () => {
        ledger.heard(20_000)
        return Number(ledger.turn(8000, 100).promptTokenCount)
      })
    }
    expect(prompts().at(-1)).toBeGreaterThan(60 * 600)
    const compressed = prompts({ triggerTokens: 10_000, targetTokens: 4000 })
    expect(compressed.slice(0, 10)).toEqual(prompts().slice(0, 10))
    expect(Math.max(...compressed)).toBeLessThan(11_000)
    expect(Math.min(...compressed.slice(20))).toBeGreaterThan(4000)
  })
})
