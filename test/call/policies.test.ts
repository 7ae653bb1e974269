import { beforeEach, describe, expect, it } from 'vitest'
import { createEnding, type Ending } from '../../src/call/conversation/ending.ts'
import { createFloor, type Floor } from '../../src/call/conversation/floor.ts'
import { createGreetingShield } from '../../src/call/conversation/greeting-shield.ts'
import { CUES } from '../../src/call/conversation/instructions.ts'
import { createLimits } from '../../src/call/conversation/limits.ts'
import { createPatience, type Patience } from '../../src/call/conversation/patience.ts'
import { createSessionMove } from '../../src/call/conversation/session-move.ts'
import type { NormalEnd } from '../../src/call/end-reason.ts'
import type { ModelLeg } from '../../src/call/live-model.ts'

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

  it('by a goodbye without the tool leaves the person time to reply, and after a short reply some more', () => {
    ending.begin('agent-hung-up', 'phrase')
    at(0)
    at(2500)
    ending.personSpoke()
    at(2900)
    ending.personEnded(400)
    at(5800)
    expect(ends).toEqual([])
    at(5900)
    expect(ends).toEqual(['agent-hung-up'])
  })

  it('by a goodbye without the tool is off when the person has more to say, or the agent', () => {
    ending.begin('agent-hung-up', 'phrase')
    ending.personSpoke()
    ending.personEnded(1600)
    expect(ending.begun).toBe(false)
    ending.begin('agent-hung-up', 'phrase')
    ending.personSpoke()
    ending.personEnded(900)
    expect(ending.begun).toBe(true)
    ending.agentSpoke()
    expect(ending.begun).toBe(false)
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
    patience = createPatience(floor, silenceTimeoutMs, nowMs, {
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

  it('with a model on a new connection begins to count when that stands', () => {
    make('agent')
    patience.agentSpoke()
    floor.personWords()
    until(9500)
    patience.resumed()
    until(12_400)
    expect(done.at(-1)).toBe('7000 resume')
    until(12_500)
    expect(done.at(-1)).toBe('12500 giveUp')
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

  it('is not worn out by a person who asks again and again', () => {
    make('agent')
    patience.agentSpoke()
    floor.personWords()
    for (let round = 0; round < 14; round += 1) {
      until(now + 1900)
      floor.personStarted(now)
      patience.personSpoke()
      now += 700
      floor.personEnded(now)
    }
    expect(done.map((line) => line.split(' ')[1])).toEqual(['model-no-answer', 'nudge', 'resume', 'giveUp'])
    expect(Number.parseInt(done[0] ?? '', 10)).toBeLessThan(10_000)
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
  /** Passes 20 ms frames numbered from 1 until `toMs`; speech goes on in the given spans. What comes out, by number, 0 for silence. */
  const play = (
    shield: ReturnType<typeof createGreetingShield>,
    toMs: number,
    ...speech: [number, number][]
  ) => {
    const out: number[] = []
    for (; now < toMs; now += 20) {
      const span = speech.find(([from, to]) => now >= from && now < to)
      const passed = shield.pass(frame(now / 20 + 1), span ? now - span[0] + 20 : 0)
      out.push(...passed.map((pcm) => pcm[0] ?? -1))
    }
    return out
  }

  it('lets a lone hello through as silence, every frame once', () => {
    const shield = createGreetingShield(nowMs, true)
    shield.agentSpoke()
    const out = play(shield, 2000, [300, 900])
    expect(out).toHaveLength(100)
    expect(out.slice(0, 76).every((value) => value === 0)).toBe(true)
    expect(out.slice(76)).toEqual(Array.from({ length: 24 }, (_, i) => i + 77))
  })

  it('lets several hellos through as silence, each judged by itself', () => {
    const shield = createGreetingShield(nowMs, true)
    const before = play(shield, 1000, [100, 700])
    shield.agentSpoke()
    const out = [...before, ...play(shield, 3000, [1200, 1900])]
    expect(out).toHaveLength(150)
    expect(out.slice(0, 126).every((value) => value === 0)).toBe(true)
  })

  it('lets speech through from its beginning on when it is long, or goes on as the shield comes down', () => {
    const shield = createGreetingShield(nowMs, true)
    shield.agentSpoke()
    const out = play(shield, 4000, [1200, 3700])
    expect(out).toHaveLength(200)
    expect(out.slice(0, 56).every((value) => value === 0)).toBe(true)
    expect(out.slice(56)).toEqual(Array.from({ length: 144 }, (_, i) => i + 57))
  })

  it('comes down when a short greeting has been heard, so that a quick answer to it passes', () => {
    const shield = createGreetingShield(nowMs, true)
    shield.agentSilent()
    shield.agentSpoke()
    now = 400
    shield.agentSilent()
    const out = play(shield, 1000, [440, 800])
    expect(out[0]).toBe(0)
    expect(out.slice(1)).toEqual(Array.from({ length: 29 }, (_, i) => i + 22))
  })

  it('does not stay up for a model that does not speak, and is not there when the person is to begin', () => {
    const shield = createGreetingShield(nowMs, true)
    now = 5000
    expect(shield.pass(frame(1), 0)).toHaveLength(1)
    expect(createGreetingShield(nowMs, false).pass(frame(1), 0)).toEqual([frame(1)])
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

describe('the move of a session', () => {
  const resting = { open: false, making: false }

  it('waits for rest between two turns', () => {
    const { done, leg } = recordingLeg()
    const floor = createFloor(nowMs, 'agent')
    const move = createSessionMove(leg, floor, nowMs)
    move.progress(resting)
    move.announced(50_000)
    floor.personWords()
    now = 1000
    move.progress(resting)
    floor.agentSpeech(2000)
    now = 2000
    move.progress({ open: true, making: true })
    expect(done).toEqual([])
    now = 3100
    move.progress(resting)
    move.progress(resting)
    expect(done).toEqual(['carry over going-away at 3100'])
  })

  it('does not wait beyond the time that the server left', () => {
    const { done, leg } = recordingLeg()
    const floor = createFloor(nowMs, 'agent')
    const move = createSessionMove(leg, floor, nowMs)
    move.announced(20_000)
    floor.personStarted(100)
    now = 14_900
    move.progress(resting)
    expect(done).toEqual([])
    now = 15_000
    move.progress(resting)
    expect(done).toEqual(['carry over going-away at 15000'])
  })

  it('gives a turn that is being made more of the time', () => {
    const { done, leg } = recordingLeg()
    const floor = createFloor(nowMs, 'agent')
    const move = createSessionMove(leg, floor, nowMs)
    move.announced(20_000)
    now = 17_400
    move.progress({ open: true, making: true })
    expect(done).toEqual([])
    now = 17_500
    move.progress({ open: true, making: true })
    expect(done).toHaveLength(1)
  })
})
