import { describe, expect, it } from 'vitest'
import type { OutboundCall, PhoneEvent, PhoneLeg } from '../../src/call/carrier.ts'
import { createConversation } from '../../src/call/conversation/conversation.ts'
import { createLineWork } from '../../src/call/conversation/line-work.ts'
import { CallError } from '../../src/call/error.ts'
import type { CallEvent } from '../../src/call/events.ts'
import type { ModelLeg } from '../../src/call/live-model.ts'
import { createPhone } from '../../src/call/phone.ts'
import type { CallRequest } from '../../src/call/request.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createLater } from '../../src/flow/later.ts'
import { createQueue } from '../../src/flow/queue.ts'

const clock = createClock(100)
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('work on the line', () => {
  const wanted = new AbortController().signal
  const agentOf = (speech: { over: boolean }) => {
    const told: string[] = []
    return {
      told,
      get silent() {
        return speech.over
      },
      open: false,
      hold: () => void told.push('hold'),
      resume: () => void told.push('resume'),
    }
  }

  it('waits for the end of what the agent says, and holds its voice back meanwhile', async () => {
    const speech = { over: false }
    const agent = agentOf(speech)
    const begun = createLater<void>()
    const back = createLater<{ streamSid: string; gapMs: number }>()
    const phone = {
      pressDigits: (digits: string) => {
        agent.told.push(`press ${digits}`)
        begun.resolve()
        return back.promise
      },
    } as never
    const events: CallEvent[] = []
    const work = createLineWork(
      phone,
      agent,
      { clock, emit: (event) => events.push(event), endTurns: () => agent.told.push('turns end') },
      () => {},
    )
    const pressed = work.press('1', wanted)
    await settle()
    expect(agent.told).toEqual([])
    speech.over = true
    await begun.promise
    expect(agent.told).toEqual(['turns end', 'hold', 'press 1'])
    expect(await work.press('2', wanted)).toHaveProperty('error')
    back.resolve({ streamSid: 'MZ2', gapMs: 900 })
    expect(await pressed).toMatchObject({ silent: true })
    expect(agent.told.at(-1)).toBe('resume')
    expect(events).toEqual([
      { type: 'dtmf.sent', digits: '1' },
      { type: 'media.reconnected', streamSid: 'MZ2', gapMs: 900 },
    ])
  })

  it('that the carrier refuses is an error for the model, and the voice goes on', async () => {
    const agent = agentOf({ over: true })
    const phone = {
      pressDigits: () => Promise.reject(new CallError('carrier-refused', 'the carrier refused it')),
    } as never
    const work = createLineWork(phone, agent, { clock, emit: () => {}, endTurns: () => {} }, () => {})
    expect(await work.press('1', wanted)).toEqual({ error: 'It did not work: the carrier refused it.' })
    expect(agent.told).toEqual(['hold', 'resume'])
  })
})

describe('work on the line that nobody waits for any more', () => {
  /** A conversation whose agent has begun to speak; `echo` lets all that it has said be heard. */
  const talking = () => {
    const events: CallEvent[] = []
    const asked: string[] = []
    const pressed = createLater<void>()
    const marks: string[] = []
    const leg = {
      ...{ streamId: 'MZ1', sampleRate: 8000, bufferedBytes: 0, events: createQueue<PhoneEvent>() },
      ...{ play: () => {}, mark: (name: string) => void marks.push(name), clear: () => {} },
    } as unknown as PhoneLeg
    const call: Pick<OutboundCall, 'pressDigits' | 'transfer'> = {
      pressDigits(digits) {
        asked.push(`press ${digits}`)
        pressed.resolve()
        return Promise.resolve(leg)
      },
      transfer({ to }) {
        asked.push(`transfer ${to}`)
        return Promise.resolve({ type: 'connected' })
      },
    }
    const model = {
      ...{ inputRate: 16_000, outputRate: 8000, bufferedBytes: 0 },
      ...{ sendAudio: () => {}, sendText: () => {}, answerTool: () => {}, carryOver: () => {} },
    } as unknown as ModelLeg
    const request = {
      ...{ prompt: 'Be kind.', speaksFirst: 'agent', farewells: [], onMachine: { type: 'hangup' } },
      ...{ maxDurationMs: 600_000, silenceTimeoutMs: 600_000 },
      transferTo: [{ name: 'Dana', number: '+12025550190' }],
    } as unknown as CallRequest
    const emit = (event: CallEvent) => void events.push(event)
    const plan = { model, clock, emit, request, tools: [], doNotCall: async () => {} }
    const conversation = createConversation(plan, createPhone(leg, call, clock), () => {})
    conversation.model({ type: 'audio', pcm: new Int16Array(4000).fill(5000) })
    conversation.model({ type: 'turn-complete' })
    const echo = () => {
      for (const name of marks.splice(0)) conversation.phone({ type: 'mark', name })
    }
    const workEvents = () => events.filter(({ type }) => /^(dtmf|transfer|media)\./.test(type))
    return { conversation, asked, pressed: pressed.promise, echo, workEvents }
  }
  /** By then the agent has been heard to its end, though nobody has echoed a mark. */
  const AFTER_ITS_WORDS_MS = 5000

  it('is not begun when the model has taken it back while it waited, and leaves the line to other work', async () => {
    const { conversation, asked, pressed, echo, workEvents } = talking()
    conversation.model({ type: 'tool-call', id: 'a', name: 'press_digits', args: { digits: '1' } })
    await clock.sleep(100)
    expect(conversation.agentSpeaking).toBe(true)
    conversation.model({ type: 'tool-cancelled', ids: ['a'] })
    await clock.sleep(AFTER_ITS_WORDS_MS)
    expect(asked).toEqual([])
    expect(workEvents()).toEqual([])
    conversation.model({ type: 'tool-call', id: 'b', name: 'press_digits', args: { digits: '2' } })
    echo()
    await pressed
    await settle()
    expect(asked).toEqual(['press 2'])
    expect(workEvents()).toMatchObject([{ type: 'dtmf.sent', digits: '2' }, { type: 'media.reconnected' }])
    conversation.close()
  })

  it('is not begun when the conversation has been closed while it waited', async () => {
    const { conversation, asked, workEvents } = talking()
    conversation.model({ type: 'tool-call', id: 'a', name: 'transfer_call', args: { to: 'Dana' } })
    await clock.sleep(100)
    conversation.close()
    await clock.sleep(AFTER_ITS_WORDS_MS)
    expect(asked).toEqual([])
    expect(workEvents()).toEqual([])
  })
})
