import { beforeEach, describe, expect, it } from 'vitest'
import { createEnding, type Ending } from '../../src/call/conversation/ending.ts'
import { createFloor, type Floor } from '../../src/call/conversation/floor.ts'
import { createGreetingShield } from '../../src/call/conversation/greeting-shield.ts'
import { CUES } from '../../src/call/conversation/instructions.ts'
import { createLimits } from '../../src/call/conversation/limits.ts'
import { createPatience, type Patience } from '../../src/call/conversation/patience.ts'
import { createSessionMove } from '../../src/call/conversation/session-move.ts'
import { createToolCalls } from '../../src/call/conversation/tool-calls.ts'
import type { NormalEnd } from '../../src/call/end-reason.ts'
import type { CallEvent } from '../../src/call/events.ts'
import type { ModelLeg } from '../../src/call/ports.ts'

let now = 0
const nowMs = () => now
beforeEach(() => {
  now = 0
})

describe('the end of a conversation', () => {
  let ends: NormalEnd[]
  let ending: Ending
  beforeEach(() => {
    ends = []
    ending = createEnding(nowMs, (reason) => ends.push(reason))
  })
  const at = (ms: number, silent = true) => {
    now = ms
    ending.progress(silent)
  }

  it('by end_call comes when the goodbye before it has been played, and its last syllable has arrived', () => {
    ending.agentSpoke()
    ending.begin('agent-hung-up', 'tool')
    ending.modelDone()
    at(100, false)
    at(200)
    at(599)
    expect(ends).toEqual([])
    at(600)
    at(700)
    expect(ends).toEqual(['agent-hung-up'])
  })

  it('by end_call waits for a goodbye that comes after it, but not for ever', () => {
    ending.personSpoke()
    ending.begin('agent-hung-up', 'tool')
    ending.modelDone()
    at(2000)
    expect(ends).toEqual([])
    ending.agentSpoke()
    at(2500, false)
    ending.modelDone()
    at(2600)
    at(3000)
    expect(ends).toEqual(['agent-hung-up'])
  })

  it('by end_call alone comes after a short wait, and calling it again delays nothing', () => {
    ending.begin('agent-hung-up', 'tool')
    at(2000)
    ending.begin('agent-hung-up', 'tool')
    at(2501)
    expect(ends).toEqual(['agent-hung-up'])
  })

  it('by a goodbye without the tool leaves the person time to reply, and a reply calls it off', () => {
    ending.begin('agent-hung-up', 'phrase')
    at(0)
    at(2900)
    ending.personSpoke()
    expect(ending.begun).toBe(false)
    at(5000)
    expect(ends).toEqual([])
    ending.begin('agent-hung-up', 'phrase')
    at(8000)
    expect(ends).toEqual(['agent-hung-up'])
  })

  it('that we asked for waits for the goodbye, keeps its reason, and cannot be talked away', () => {
    ending.agentSpoke()
    ending.begin('max-turns', 'asked')
    ending.personSpoke()
    at(4000)
    ending.agentSpoke()
    ending.begin('agent-hung-up', 'tool')
    at(6000, false)
    ending.modelDone()
    at(6100)
    at(6500)
    expect(ends).toEqual(['max-turns'])
  })

  it('for silence is off when the person speaks after all', () => {
    ending.begin('silence', 'asked')
    ending.personSpoke()
    at(30_000)
    expect(ends).toEqual([])
  })

  it('comes however long the model talks', () => {
    ending.begin('agent-hung-up', 'tool')
    ending.agentSpoke()
    at(24_999, false)
    expect(ends).toEqual([])
    at(25_000, false)
    expect(ends).toEqual(['agent-hung-up'])
  })

  it('has the reason that was expected of it', () => {
    ending.expect('time-limit')
    ending.begin('agent-hung-up', 'tool')
    at(2501)
    at(3000)
    expect(ends).toEqual(['time-limit'])
  })
})

describe('the floor', () => {
  it('is quiet only when nobody speaks, from the moment on when that began', () => {
    const floor = createFloor(nowMs, 'agent')
    floor.agentSpeech(2000)
    now = 1500
    expect(floor.quietMs).toBe(0)
    now = 2500
    expect(floor.quietMs).toBe(500)
    floor.personStarted(2400)
    expect(floor.quietMs).toBe(0)
    now = 4000
    floor.personEnded(3700)
    expect(floor.quietMs).toBe(300)
  })

  it('is owed to the agent after words or real speech of the person, not after a cough', () => {
    const floor = createFloor(nowMs, 'person')
    floor.personStarted(0)
    floor.personEnded(300)
    expect(floor.owedBy).toBe('person')
    floor.personStarted(1000)
    floor.personEnded(1700)
    expect(floor.owedBy).toBe('agent')
    floor.agentSpeech(100)
    expect(floor.owedBy).toBe('person')
    floor.personWords()
    expect(floor.owedBy).toBe('agent')
  })

  it('is free at once when the agent is cut', () => {
    const floor = createFloor(nowMs, 'agent')
    floor.agentSpeech(5000)
    now = 1000
    floor.agentCut()
    now = 1200
    expect(floor.quietMs).toBe(200)
  })
})

describe('patience', () => {
  let floor: Floor
  let patience: Patience
  let done: string[]
  const make = (owedBy: 'agent' | 'person', silenceTimeoutMs = 15_000) => {
    done = []
    floor = createFloor(nowMs, owedBy)
    const act = (name: string) => () => {
      done.push(`${now} ${name}`)
      if (name === 'rePrompt' || name === 'goodbye') floor.asked()
    }
    patience = createPatience(floor, silenceTimeoutMs, {
      stalled: (cause) => done.push(`${now} ${cause}`),
      greetAgain: act('greetAgain'),
      nudge: act('nudge'),
      resume: act('resume'),
      giveUp: act('giveUp'),
      rePrompt: act('rePrompt'),
      sayGoodbye: act('goodbye'),
    })
  }
  const until = (ms: number) => {
    for (; now <= ms; now += 100) patience.progress()
    now = ms
  }

  it('with a model that does not greet: asks again within 4 s, gives it a new connection, gives up', () => {
    make('agent')
    until(20_000)
    expect(done).toEqual(['3500 model-no-greeting', '3500 greetAgain', '6500 resume', '9500 giveUp'])
  })

  it('with a model that owes an answer never lets 10 s pass without doing something', () => {
    make('agent')
    patience.agentSpoke()
    floor.personWords()
    until(20_000)
    expect(done).toEqual(['4000 model-no-answer', '4000 nudge', '7000 resume', '10000 giveUp'])
  })

  it('names what the model did instead of answering', () => {
    make('agent')
    patience.agentSpoke()
    patience.suspect('model-empty-turn')
    until(5000)
    expect(done).toEqual(['4000 model-empty-turn', '4000 nudge'])
  })

  it('is new after every audible answer, and not after words of the person', () => {
    make('agent')
    patience.agentSpoke()
    floor.personWords()
    until(4500)
    floor.personWords()
    patience.personSpoke()
    until(8000)
    expect(done).toEqual(['4000 model-no-answer', '4000 nudge', '7500 resume'])
    floor.agentSpeech(0)
    patience.agentSpoke()
    floor.personWords()
    until(12_100)
    expect(done.at(-1)).toMatch(/nudge$/)
  })

  it('with a silent person: asks once whether they are there, then says goodbye, the agent not counted', () => {
    make('person')
    until(7500)
    expect(done).toEqual(['7500 rePrompt'])
    now = 8500
    floor.agentSpeech(2000)
    patience.agentSpoke()
    until(17_000)
    expect(done).toHaveLength(1)
    until(18_100)
    expect(done).toEqual(['7500 rePrompt', '18000 goodbye'])
  })

  it('starts anew when the person speaks', () => {
    make('person')
    until(7000)
    floor.personStarted(7000)
    patience.personSpoke()
    now = 7400
    floor.personEnded(7300)
    until(14_700)
    expect(done).toEqual([])
    until(15_000)
    expect(done).toEqual(['14800 rePrompt'])
  })
})

describe('the shield over the greeting', () => {
  const frame = (value: number) => new Int16Array(160).fill(value)

  it('lets a lone hello through as silence, every sample once', () => {
    const shield = createGreetingShield(nowMs, true)
    expect(shield.pass(frame(1))).toEqual([])
    shield.agentSpoke()
    shield.heard(600)
    now = 1499
    expect(shield.pass(frame(2))).toEqual([])
    now = 1500
    expect(shield.pass(frame(3))).toEqual([frame(0), frame(0), frame(0)])
    expect(shield.up).toBe(false)
    expect(shield.pass(frame(4))).toEqual([frame(4)])
  })

  it('lets longer speech through as it was', () => {
    const shield = createGreetingShield(nowMs, true)
    shield.agentSpoke()
    shield.pass(frame(1))
    shield.heard(1400)
    now = 1500
    expect(shield.pass(frame(2))).toEqual([frame(1), frame(2)])
  })

  it('comes down when a short greeting has been heard, so that a quick answer to it passes', () => {
    const shield = createGreetingShield(nowMs, true)
    shield.agentSilent()
    shield.agentSpoke()
    now = 400
    shield.agentSilent()
    now = 420
    expect(shield.pass(frame(1))).toEqual([frame(0)])
    shield.heard(300)
    expect(shield.pass(frame(2))).toEqual([frame(2)])
  })

  it('does not stay up for a model that does not speak, and is not there when the person is to begin', () => {
    const shield = createGreetingShield(nowMs, true)
    now = 5000
    expect(shield.pass(frame(1))).toHaveLength(1)
    expect(createGreetingShield(nowMs, false).pass(frame(1))).toEqual([frame(1)])
  })
})

describe('the limits of a conversation', () => {
  const make = (limits: { maxDurationMs: number; maxTurns: number | undefined }) => {
    const cues: string[] = []
    const ends: NormalEnd[] = []
    const ending = createEnding(nowMs, (reason) => ends.push(reason))
    const floor = createFloor(nowMs, 'person')
    return {
      cues,
      ending,
      floor,
      limits: createLimits(limits, { floor, ending, nowMs, cue: (text) => cues.push(text) }),
    }
  }

  it('have the agent say goodbye after its last turn, once', () => {
    const { cues, ending, limits } = make({ maxDurationMs: 300_000, maxTurns: 2 })
    limits.agentTurnEnded()
    expect(cues).toEqual([])
    limits.agentTurnEnded()
    limits.agentTurnEnded()
    expect(cues).toEqual([CUES.enoughTurns])
    expect(ending.begun).toBe(true)
  })

  it('have it come to an end 20 s before the time is up, in a pause where there is one', () => {
    const { cues, floor, limits } = make({ maxDurationMs: 60_000, maxTurns: undefined })
    now = 39_000
    limits.progress()
    floor.personStarted(39_500)
    now = 41_000
    limits.progress()
    expect(cues).toEqual([])
    floor.personEnded(42_000)
    now = 42_100
    limits.progress()
    limits.progress()
    expect(cues).toEqual([CUES.timeIsUp])
  })

  it('do not wait for a pause for ever, and leave short calls alone', () => {
    const { cues, floor, limits } = make({ maxDurationMs: 60_000, maxTurns: undefined })
    floor.personStarted(30_000)
    now = 50_000
    limits.progress()
    expect(cues).toHaveLength(1)
    const short = make({ maxDurationMs: 30_000, maxTurns: undefined })
    now = 29_000
    short.limits.progress()
    expect(short.cues).toEqual([])
  })
})

/** The parts of a model leg that a policy may touch, recorded. */
function recordingLeg() {
  const done: string[] = []
  const leg = {
    answerTool: (call: { id: string }, _: unknown, silent: boolean) =>
      done.push(`answer ${call.id} ${silent}`),
    carryOver: (reason: string) => done.push(`carry over ${reason} at ${now}`),
  } as unknown as ModelLeg
  return { done, leg }
}

describe('function calls', () => {
  it('are answered and told, end_call silently, unknown ones with an error', () => {
    const { done, leg } = recordingLeg()
    const events: CallEvent[] = []
    const on = {
      endCall: () => done.push('end'),
      unknown: () => done.push('unknown'),
      loop: () => done.push('loop'),
    }
    const tools = createToolCalls(leg, (event) => events.push(event), on)
    tools.call({ id: 'a', name: 'end_call', args: {} })
    tools.call({ id: 'b', name: 'rm_rf', args: { path: '/' } })
    expect(done).toEqual(['answer a true', 'end', 'answer b false', 'unknown'])
    expect(events).toMatchObject([
      { type: 'tool.called', name: 'end_call' },
      { type: 'tool.returned', ok: true },
      { type: 'tool.called', name: 'rm_rf', args: { path: '/' } },
      { type: 'tool.returned', ok: false },
    ])
  })

  it('that go round in circles are stopped, unless the person speaks in between', () => {
    const { done, leg } = recordingLeg()
    const on = { endCall: () => {}, unknown: () => {}, loop: () => done.push('loop') }
    const tools = createToolCalls(leg, () => {}, on)
    for (let i = 0; i < 5; i += 1) tools.call({ id: 'x', name: 'look', args: {} })
    tools.personSpoke()
    for (let i = 0; i < 5; i += 1) tools.call({ id: 'y', name: 'look', args: {} })
    expect(done).not.toContain('loop')
    for (let i = 0; i < 50; i += 1) tools.call({ id: 'e', name: 'end_call', args: {} })
    expect(done).not.toContain('loop')
    for (let i = 0; i < 6; i += 1) tools.call({ id: 'z', name: 'look', args: {} })
    expect(done.at(-1)).toBe('loop')
  })
})

describe('the move of a session', () => {
  it('waits for rest between two turns', () => {
    const { done, leg } = recordingLeg()
    const floor = createFloor(nowMs, 'agent')
    const move = createSessionMove(leg, floor, nowMs)
    move.progress(false)
    move.announced(50_000)
    floor.personWords()
    now = 1000
    move.progress(false)
    floor.agentSpeech(2000)
    now = 2000
    move.progress(true)
    expect(done).toEqual([])
    now = 3100
    move.progress(false)
    move.progress(false)
    expect(done).toEqual(['carry over going-away at 3100'])
  })

  it('does not wait beyond the time that the server left', () => {
    const { done, leg } = recordingLeg()
    const floor = createFloor(nowMs, 'agent')
    const move = createSessionMove(leg, floor, nowMs)
    move.announced(20_000)
    floor.personStarted(100)
    now = 14_900
    move.progress(false)
    expect(done).toEqual([])
    now = 15_000
    move.progress(false)
    expect(done).toEqual(['carry over going-away at 15000'])
  })
})
