import { beforeEach, describe, expect, it } from 'vitest'
import type { OutboundCall, PhoneEvent, PhoneLeg, Transfer } from '../../src/call/carrier.ts'
import { builtInTools } from '../../src/call/conversation/built-in-tools.ts'
import { createFloor, type Floor } from '../../src/call/conversation/floor.ts'
import { createGreetingShield } from '../../src/call/conversation/greeting-shield.ts'
import { createKeypad } from '../../src/call/conversation/keypad.ts'
import { createMachineAnswer } from '../../src/call/conversation/machine-answer.ts'
import { createPersonEar } from '../../src/call/conversation/person-ear.ts'
import { startTicker } from '../../src/call/conversation/ticker.ts'
import { createToolCalls } from '../../src/call/conversation/tool-calls.ts'
import { CallError } from '../../src/call/error.ts'
import type { CallEvent } from '../../src/call/events.ts'
import type { ModelLeg } from '../../src/call/live-model.ts'
import { createPhone } from '../../src/call/phone.ts'
import type { MachinePolicy } from '../../src/call/request.ts'
import type { Tool, ToolResult } from '../../src/call/tools.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createLater } from '../../src/flow/later.ts'
import { createQueue } from '../../src/flow/queue.ts'

let now = 0
const nowMs = () => now
beforeEach(() => {
  now = 0
})
/** What waits for a microtask or two has happened after this. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('function calls', () => {
  let done: string[]
  let events: CallEvent[]
  const clock = createClock(100)
  const open = (users: readonly Tool[], builtIn: readonly Tool[] = []) => {
    const model = {
      answerTool: (call: { id: string }, result: ToolResult, silent: boolean) =>
        done.push(`${call.id}: ${JSON.stringify(result)}${silent ? ', silent' : ''}`),
    } as unknown as ModelLeg
    const on = {
      answered: (silent: boolean) => done.push(`answered${silent ? ' silently' : ''}`),
      takesLong: () => done.push('takes long'),
      loop: () => done.push('loop'),
    }
    return createToolCalls({ builtIn, users }, { model, emit: (event) => events.push(event), clock }, on)
  }
  const tool = (name: string, run: Tool['run'], timeoutMs = 10_000): Tool => {
    return { name, description: '', parameters: {}, timeoutMs, run }
  }
  const never = () => new Promise<ToolResult>(() => {})
  const returned = (name: string) =>
    events.some((event) => event.type === 'tool.returned' && event.name === name)
  beforeEach(() => {
    done = []
    events = []
  })

  it('are answered and told, unknown ones and failures with an error', async () => {
    const tools = open([
      tool('find', async ({ day }) => ({ output: { day, free: true } })),
      tool('break', async () => {
        throw new Error('a secret path')
      }),
    ])
    tools.call({ id: 'a', name: 'find', args: { day: 'Monday' } })
    tools.call({ id: 'b', name: 'rm_rf', args: { path: '/' } })
    tools.call({ id: 'c', name: 'break', args: {} })
    expect(tools.running).toBe(true)
    await settle()
    expect(tools.running).toBe(false)
    expect(done.filter((word) => word !== 'answered').sort()).toEqual([
      'a: {"output":{"day":"Monday","free":true}}',
      'b: {"error":"There is no function rm_rf."}',
      'c: {"error":"It failed."}',
    ])
    expect(events).toContainEqual({ type: 'tool.called', name: 'rm_rf', args: { path: '/' } })
    expect(events).toContainEqual({ type: 'tool.returned', name: 'find', ok: true })
    expect(events).toContainEqual({ type: 'tool.returned', name: 'rm_rf', ok: false })
  })

  it('are answered once, though the server sends them twice', async () => {
    const tools = open([tool('find', async () => ({ output: 'x' }))])
    tools.call({ id: 'a', name: 'find', args: {} })
    tools.call({ id: 'a', name: 'find', args: {} })
    await settle()
    tools.call({ id: 'a', name: 'find', args: {} })
    await settle()
    expect(done).toEqual(['a: {"output":"x"}', 'answered'])
  })

  it('that hang are given up in time, and the person is told before', async () => {
    const aborted = createLater<void>()
    const hang: Tool['run'] = (_, signal) => {
      signal.addEventListener('abort', () => aborted.resolve())
      return never()
    }
    const tools = open([tool('hang', hang, 5000)])
    tools.call({ id: 'a', name: 'hang', args: {} })
    await aborted.promise
    expect(done).toEqual([
      'takes long',
      'a: {"error":"It took longer than 5 seconds, and was given up."}',
      'answered',
    ])
  })

  it('that the model cancels are aborted and never answered', async () => {
    const answer = createLater<ToolResult>()
    let wanted = true
    const slow: Tool['run'] = (_, signal) => {
      signal.addEventListener('abort', () => {
        wanted = false
      })
      return answer.promise
    }
    const tools = open([tool('slow', slow)])
    tools.call({ id: 'a', name: 'slow', args: {} })
    tools.cancelled(['a', 'unknown'])
    answer.resolve({ output: 'late' })
    await settle()
    expect(wanted).toBe(false)
    expect(tools.running).toBe(false)
    expect(done).toEqual([])
    expect(returned('slow')).toBe(true)
  })

  it('that go round in circles are refused, and then end the call, unless the person speaks in between', async () => {
    const tools = open(
      [tool('look', async () => ({ output: 'x' }))],
      [tool('end_call', async () => ({ output: 'ok' }))],
    )
    let id = 0
    const call = async (name: string) => {
      id += 1
      tools.call({ id: String(id), name, args: {} })
      await settle()
    }
    const refusals = () => done.filter((word) => word.includes('many times in a row')).length
    for (let i = 0; i < 5; i += 1) await call('look')
    tools.personSpoke()
    for (let i = 0; i < 5; i += 1) await call('look')
    expect(refusals()).toBe(0)
    for (let i = 0; i < 5; i += 1) await call('look')
    expect(refusals()).toBe(5)
    expect(done).not.toContain('loop')
    await call('look')
    expect(done.at(-1)).toBe('loop')
    tools.personSpoke()
    done = []
    for (let i = 0; i < 50; i += 1) await call('end_call')
    expect(done).not.toContain('loop')
  })

  it('that come all at once are no circle', async () => {
    const tools = open([tool('look', async ({ day }) => ({ output: day }))])
    for (let i = 0; i < 8; i += 1) tools.call({ id: String(i), name: 'look', args: { day: i } })
    await settle()
    expect(done.filter((word) => word.includes('output'))).toHaveLength(8)
  })

  it('that go round by turns are stopped too', async () => {
    const tools = open([])
    for (let i = 0; i < 41; i += 1) {
      tools.call({ id: String(i), name: `f${i % 2}`, args: {} })
      await settle()
    }
    expect(done.at(-1)).toBe('loop')
  })

  it('are not answered any more once the conversation is closed', async () => {
    const answer = createLater<ToolResult>()
    const tools = open([tool('slow', () => answer.promise)])
    tools.call({ id: 'a', name: 'slow', args: {} })
    tools.close()
    answer.resolve({ output: 'late' })
    await settle()
    expect(done).toEqual([])
  })
})

describe('the built-in functions', () => {
  const acts = () => {
    const told: string[] = []
    const line = {
      press: async (keys: string) => ({ output: told.push(`press ${keys}`) }),
      transfer: async ({ number }: { number: string }) => ({ output: told.push(`transfer ${number}`) }),
    }
    return {
      told,
      acts: {
        endCall: () => void told.push('end'),
        machineReported: () => {
          told.push('machine')
          return 'be silent' as const
        },
        doNotCall: async () => void told.push('never again'),
        line,
      },
    }
  }
  const run = (tools: readonly Tool[], name: string, args: Record<string, unknown> = {}) =>
    tools.find((tool) => tool.name === name)?.run(args, new AbortController().signal)

  it.each([
    ['1', '1'],
    ['12 34#', '1234#'],
    ['1,,2', '1ww2'],
    [7, '7'],
    ['a*', 'A*'],
  ])('press the keys of %j', async (digits, keys) => {
    const { told, acts: hands } = acts()
    await run(builtInTools({ transferTo: [] }, hands), 'press_digits', { digits })
    expect(told).toEqual([`press ${keys}`])
  })

  it.each([[''], ['www'], ['one'], ['1'.repeat(33)], [undefined], ['1"/><Dial>911</Dial>']])(
    'refuse to press %j',
    async (digits) => {
      const { told, acts: hands } = acts()
      const result = await run(builtInTools({ transferTo: [] }, hands), 'press_digits', { digits })
      expect(result).toHaveProperty('error')
      expect(told).toEqual([])
    },
  )

  it('transfer to those who were named, and to nobody else', async () => {
    const { told, acts: hands } = acts()
    expect(run(builtInTools({ transferTo: [] }, hands), 'transfer_call')).toBeUndefined()
    const transferTo = [{ name: 'Dana', number: '+12025550190' }]
    const tools = builtInTools({ transferTo }, hands)
    expect(await run(tools, 'transfer_call', { to: '+19005550190' })).toEqual({
      error: 'You can only transfer to Dana.',
    })
    await run(tools, 'transfer_call', { to: 'Dana' })
    expect(told).toEqual(['transfer +12025550190'])
  })
})

describe('a machine that answers', () => {
  let floor: Floor
  let told: string[]
  const events: CallEvent[] = []
  const answered = (policy: MachinePolicy) => {
    floor = createFloor(nowMs, 'agent')
    told = []
    events.length = 0
    const deps = { floor, nowMs, emit: (event: CallEvent) => void events.push(event) }
    return createMachineAnswer(policy, deps, {
      hangUp: () => told.push('hang up'),
      leave: (message) => told.push(message),
    })
  }
  const message = { type: 'leave-message', message: 'Call me back.' } as const

  it('is hung up on at once, whoever found out, and once only', () => {
    const machine = answered({ type: 'hangup' })
    machine.detected('machine', 'agent', false)
    machine.detected('machine_end_beep', 'carrier', true)
    expect(told).toEqual(['hang up'])
    expect(events).toEqual([
      { type: 'machine.detected', answeredBy: 'machine', by: 'agent' },
      { type: 'machine.detected', answeredBy: 'machine_end_beep', by: 'carrier' },
    ])
  })

  it('gets its message when the carrier has heard the end of its greeting', () => {
    const machine = answered(message)
    machine.detected('machine_end_beep', 'carrier', true)
    expect(told).toEqual(['Call me back.'])
    expect(machine.waiting).toBe(false)
  })

  it('gets its message after a silence when only the agent has noticed it', () => {
    const machine = answered(message)
    floor.personStarted(0)
    now = 3000
    machine.detected('machine', 'agent', false)
    machine.progress()
    expect(machine.waiting).toBe(true)
    now = 6000
    machine.progress()
    expect(told).toEqual([])
    floor.personEnded(6000)
    now = 7400
    machine.progress()
    expect(told).toEqual([])
    now = 7500
    machine.progress()
    machine.progress()
    expect(told).toEqual(['Call me back.'])
  })

  it('gets its message once more when it did not begin, or was cut, and no third time', () => {
    const machine = answered(message)
    machine.detected('machine_end_beep', 'carrier', true)
    now = 3900
    machine.progress()
    expect(told).toHaveLength(1)
    now = 4000
    machine.progress()
    machine.agentSpoke()
    machine.cut()
    now = 20_000
    machine.progress()
    expect(told).toEqual(['Call me back.', 'Call me back.'])
  })

  it('that is a fax gets no message', () => {
    const machine = answered(message)
    machine.detected('fax', 'carrier', false)
    expect(told).toEqual(['hang up'])
  })

  it('that never falls silent is spoken into in the end', () => {
    const machine = answered(message)
    floor.personStarted(0)
    machine.detected('machine', 'agent', false)
    now = 30_000
    machine.progress()
    expect(told).toEqual(['Call me back.'])
  })

  it('is talked to like a person when the user wants that', () => {
    const machine = answered({ type: 'continue' })
    machine.detected('machine_end_beep', 'carrier', true)
    machine.progress()
    expect(told).toEqual([])
    expect(machine.waiting).toBe(false)
  })
})

describe('a program that stands still', () => {
  it('is noticed when it goes on, and how long it stood', () => {
    let due = () => {}
    const clock = {
      ...createClock(),
      nowMs,
      after: (_ms: number, fn: () => void) => {
        due = fn
        return () => {}
      },
    }
    const told: (number | 'tick')[] = []
    startTicker(clock, 100, { tick: () => told.push('tick'), stalled: (ms) => told.push(ms) })
    now = 150
    due()
    now = 2600
    due()
    expect(told).toEqual(['tick', 'tick', 2350, 'tick'])
  })
})

describe('keys of the person', () => {
  it('are gathered until no more follow, or until a #', () => {
    const entered: string[] = []
    const keypad = createKeypad(nowMs, (digits) => entered.push(digits))
    keypad.progress()
    keypad.pressed('1')
    now = 900
    keypad.pressed('2')
    now = 1800
    keypad.progress()
    expect(entered).toEqual([])
    now = 1900
    keypad.progress()
    keypad.pressed('7')
    keypad.pressed('#')
    now = 9000
    keypad.progress()
    expect(entered).toEqual(['12', '7#'])
  })
})

describe('the phone over several media connections', () => {
  const clock = createClock(100)
  const openLeg = (streamId: string) => {
    const events = createQueue<PhoneEvent>()
    const played: number[] = []
    const leg = {
      ...{ streamId, sampleRate: 8000, events, bufferedBytes: 0 },
      play: (pcm: Int16Array) => void played.push(pcm.length),
    } as unknown as PhoneLeg
    const end = (how: 'stopped' | 'dropped') => {
      events.push({ type: 'closed', how })
      events.end()
    }
    return { leg, events, played, end }
  }
  const read = async (phone: { events: AsyncIterable<PhoneEvent> }, into: PhoneEvent[]) => {
    for await (const event of phone.events) into.push(event)
  }
  const asCall = (work: Partial<Pick<OutboundCall, 'pressDigits' | 'transfer'>>) =>
    work as Pick<OutboundCall, 'pressDigits' | 'transfer'>

  it('keeps one time line and one end', async () => {
    const [a, b] = [openLeg('MZa'), openLeg('MZb')]
    const next = createLater<PhoneLeg>()
    const phone = createPhone(a.leg, asCall({ pressDigits: () => next.promise }), clock)
    const heard: PhoneEvent[] = []
    const over = read(phone, heard)
    a.events.push({ type: 'audio', pcm: new Int16Array(160), atMs: 0 })
    const pressed = phone.pressDigits('1')
    a.end('stopped')
    await clock.sleep(1000)
    next.resolve(b.leg)
    const { streamSid, gapMs } = await pressed
    expect(streamSid).toBe('MZb')
    expect(gapMs).toBeGreaterThan(500)
    phone.play(new Int16Array(80))
    expect([a.played, b.played]).toEqual([[], [80]])
    b.events.push({ type: 'audio', pcm: new Int16Array(160), atMs: 20 })
    b.end('stopped')
    await over
    expect(heard.map(({ type }) => type)).toEqual(['audio', 'audio', 'closed'])
    const [, second] = heard
    expect(second?.type === 'audio' && second.atMs).toBeGreaterThan(1000)
  })

  it('goes on over the old one when the carrier refuses, and ends with it', async () => {
    const a = openLeg('MZa')
    const refusal = new CallError('carrier-refused', 'no')
    const phone = createPhone(a.leg, asCall({ pressDigits: () => Promise.reject(refusal) }), clock)
    const heard: PhoneEvent[] = []
    const over = read(phone, heard)
    await expect(phone.pressDigits('1')).rejects.toBe(refusal)
    a.events.push({ type: 'digit', digit: '1' })
    await settle()
    expect(heard).toHaveLength(1)
    a.end('stopped')
    await over
    expect(heard.at(-1)).toEqual({ type: 'closed', how: 'stopped' })
  })

  it('is lost when the old connection ends and no new one comes', async () => {
    const a = openLeg('MZa')
    const failure = createLater<void>()
    const lost = failure.promise.then(() => Promise.reject(new CallError('media-lost', 'gone')))
    const phone = createPhone(a.leg, asCall({ pressDigits: () => lost }), clock)
    const heard: PhoneEvent[] = []
    const over = read(phone, heard)
    const pressed = phone.pressDigits('1').catch(() => 'failed')
    a.end('stopped')
    failure.resolve()
    expect(await pressed).toBe('failed')
    await over
    expect(heard).toEqual([{ type: 'closed', how: 'dropped' }])
  })

  it('is not at home while the person is put through, and never again once they have been', async () => {
    const a = openLeg('MZa')
    const transfer = createLater<Transfer>()
    const phone = createPhone(a.leg, asCall({ transfer: () => transfer.promise }), clock)
    await phone.atHome
    const order = { to: '+12025550190', ringTimeoutMs: 1000, timeLimitMs: 1000 }
    const through = phone.transfer(order)
    let home = false
    void phone.atHome.then(() => {
      home = true
    })
    transfer.resolve({ type: 'connected' })
    expect(await through).toEqual({ type: 'connected' })
    await settle()
    expect(home).toBe(false)
  })
})

describe('the ear of a program that stood still', () => {
  const hear = () => {
    const sent: number[] = []
    const missing: number[] = []
    const ear = createPersonEar({
      ...{ sampleRate: 8000, inputRate: 16_000, nowMs },
      shield: createGreetingShield(nowMs, false),
      uplink: { send: (pcm) => void sent.push(pcm.length), mute: () => {} },
      news: {
        sound: () => {},
        missing: () => void missing.push(nowMs()),
        speechStarted: () => {},
        speechEnded: () => {},
      },
    })
    return { ear, sent, missing }
  }

  it('does not fill with silence what only waits to be read', () => {
    const { ear, sent } = hear()
    ear.hear(new Int16Array(160), 0)
    now = 100
    ear.progress()
    now = 2100
    ear.progress()
    expect(sent).toHaveLength(1)
    for (let atMs = 20; atMs < 2100; atMs += 20) ear.hear(new Int16Array(160), atMs)
    now = 2200
    ear.progress()
    expect(sent).toHaveLength(105)
  })

  it('fills a hole of the line', () => {
    const { ear, sent, missing } = hear()
    ear.hear(new Int16Array(160), 0)
    for (now = 100; now <= 1000; now += 100) ear.progress()
    expect(sent.length).toBeGreaterThan(45)
    expect(missing).toEqual([])
    for (; now <= 30_000; now += 100) ear.progress()
    expect(sent.length).toBeLessThan(510)
    expect(missing).toHaveLength(1)
  })
})
