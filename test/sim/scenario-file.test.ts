import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { listScenarios, loadScenario } from '../../src/sim/load-scenario.ts'
import { cuedTurns, turnsInOrder } from '../../src/sim/turn-order.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenario-'))
})
afterAll(() => rm(folder, { recursive: true }))

const write = async (name: string, text: string) => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
const refusalOf = async (nameOrPath: string) => {
  const error: unknown = await loadScenario(nameOrPath).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof CallError)) throw new Error('not refused')
  return error
}

describe('the built-in scenarios', () => {
  it('are listed with a description, the default one first', async () => {
    const all = await listScenarios()
    expect(all.map(({ name }) => name)).toEqual([
      'default',
      'busy',
      'failed',
      'hang-up',
      'long-call',
      'media-drops',
      'model-closes',
      'model-refuses',
      'no-answer',
      'phone-menu',
      'silent-person',
      'slow-model',
      'stalls',
      'transfer',
      'voicemail',
    ])
    expect(all.every(({ description }) => /^[A-Z].*\.$/.test(description))).toBe(true)
  })
  it('can all be loaded; the default one has a barge-in and ends with end_call', async () => {
    for (const { name } of await listScenarios()) expect(await loadScenario(name)).toMatchObject({ name })
    const { turns, faults } = await loadScenario('default')
    expect(turns.some((turn) => turn.speaker === 'person' && turn.bargeInMs !== undefined)).toBe(true)
    expect(turns.at(-1)).toMatchObject({ tools: [{ name: 'end_call', args: {} }] })
    expect(faults).toEqual({})
  })
  it('are named when somebody asks for one that is not there', async () => {
    expect(await refusalOf('nonsense')).toMatchObject({
      code: 'usage',
      message: 'there is no scenario called nonsense',
      hint: expect.stringContaining('default, busy, failed'),
    })
  })
})

describe('a scenario file', () => {
  const FULL = `
speed: 2
repeat: 3
phone:
  ring: 2s
  outcome: voicemail
  detection: machine_end_silence
  detection_after: 4s
  transfer: no-answer
  transfer_talk: 7s
turns:
  - agent: Hello!
    delay: 1.5s
    cancel_tools: 800ms
    tools:
      - look_up: { day: today }
      - end_call
  - agent: Are you there?
    on_text: still there|hello
  - person: Yes?
    pause: 0ms
    barge_in: 250ms
    digits: "12#"
    hang_up: true
  - person: ""
    after_digits: "1#"
faults:
  dial_error: { status: 400, code: 21211, message: Invalid }
  dial_reset: lost
  trial_account: true
  callbacks: reversed
  media_never: true
  media_drop: 3s
  hang_up_errors: 2
  redirect_error: { status: 500, code: 20500, message: Internal }
  redirect_reset: lost
  redirect_drops_media: true
  model_http: 429
  model_silent: true
  model_close: { turn: 1, code: 1011 }
  go_away: { after: 540s, time_left: 50s }
  model_drops: [63s, 1500ms]
  resume: refused-while-open
  stalls:
    - { turn: 3, kind: no-answer, nudges: 2 }
    - { turn: 1, kind: greeting-text-ignored }
  media_gaps: [{ at: 5s, for: 2s }]
`
  it('may say everything that a scenario can hold', async () => {
    expect(await loadScenario(await write('full.yaml', FULL))).toEqual({
      name: 'full',
      speed: 2,
      repeat: 3,
      phone: {
        ringMs: 2000,
        outcome: 'voicemail',
        detection: 'machine_end_silence',
        detectionAfterMs: 4000,
        transfer: 'no-answer',
        transferTalkMs: 7000,
      },
      turns: [
        {
          speaker: 'agent',
          text: 'Hello!',
          delayMs: 1500,
          tools: [
            { name: 'look_up', args: { day: 'today' } },
            { name: 'end_call', args: {} },
          ],
          cancelToolsMs: 800,
        },
        { speaker: 'agent', text: 'Are you there?', delayMs: 350, tools: [], onText: 'still there|hello' },
        { speaker: 'person', text: 'Yes?', pauseMs: 0, bargeInMs: 250, digits: '12#', hangUp: true },
        { speaker: 'person', text: '', pauseMs: 600, afterDigits: '1#', hangUp: false },
      ],
      faults: {
        dialError: { status: 400, code: 21211, message: 'Invalid' },
        dialReset: 'lost',
        trialAccount: true,
        callbacks: 'reversed',
        mediaNever: true,
        mediaDropMs: 3000,
        hangUpErrors: 2,
        redirectError: { status: 500, code: 20500, message: 'Internal' },
        redirectReset: 'lost',
        redirectDropsMedia: true,
        modelHttp: 429,
        modelSilent: true,
        modelClose: { turn: 1, code: 1011, reason: '' },
        goAways: { afterMs: 540_000, timeLeftMs: 50_000 },
        modelDropsMs: [63_000, 1500],
        resume: 'refused-while-open',
        stalls: [
          { turn: 3, kind: 'no-answer', nudges: 2 },
          { turn: 1, kind: 'greeting-text-ignored', nudges: 1 },
        ],
        mediaGaps: [{ atMs: 5000, forMs: 2000 }],
      },
    })
  })
  it('may be JSON, and may leave out everything', async () => {
    const json = await write('short.json', JSON.stringify({ turns: [{ agent: 'Hi.' }] }, null, 2))
    expect(await loadScenario(json)).toEqual({
      name: 'short',
      speed: 1,
      phone: { ringMs: 1500, outcome: 'answer' },
      turns: [{ speaker: 'agent', text: 'Hi.', delayMs: 350, tools: [] }],
      faults: {},
    })
    expect(await loadScenario(await write('empty.yaml', '{}'))).toMatchObject({ turns: [] })
  })
  it('is told all its problems at once, each with its line', async () => {
    const path = await write(
      'bad.yaml',
      `speed: fast
phone:
  outcome: maybe
  rings: 2s
turns:
  - agent: Hello
    pause: 600ms
  - person: 42
    pause: 600
    digits: 12
  - nobody: Hm
  - just words
  - agent: Hm
    on_text: "("
faults:
  model_close:
    code: 1011
    turn: -1
  stalls: all
  resume: maybe
  media_gaps:
    - at: 5
colour: red
`,
    )
    const { code, message } = await refusalOf(path)
    expect(code).toBe('usage')
    expect(message.split('\n  line ')).toEqual([
      'the scenario bad.yaml cannot be used:',
      '1: speed: must be a number above 0 and at most 100',
      '3: outcome: must be one of: answer, busy, no-answer, failed, voicemail',
      '4: rings: unknown key "rings"; known here: ring, outcome, detection, detection_after, transfer, transfer_talk',
      '7: pause: unknown key "pause"; known here: agent, audio, delay, tools, cancel_tools, on_text',
      '8: person: must be text; put it in quotes',
      '9: pause: must be a duration such as 600ms or 2s',
      '10: digits: must be keys in quotes, such as "12#"',
      '11: turns: a turn needs agent: or person:',
      '12: turns: a turn needs agent: or person:',
      '14: on_text: must be a regular expression',
      '18: turn: must be a whole number from 0 to 1000',
      '20: resume: must be one of: ok, refused-while-open, refused',
      '19: stalls: must be a list',
      '22: at: must be a duration such as 600ms or 2s',
      '22: for: "for" is missing',
      '23: colour: unknown key "colour"; known here: description, speed, phone, turns, repeat, faults',
    ])
  })
  it('is told what fits its line but not its place', async () => {
    const path = await write(
      'odd.yaml',
      `turns:
  - agent: Spoken on its cue only.
    on_text: cue
  - person: Hi
    barge_in: 1s
    after_digits: "1"
faults:
  model_close:
    turn: 1
    code: 1011
  stalls:
    - kind: no-answer
      turn: 1
`,
    )
    expect((await refusalOf(path)).message).toBe(
      [
        'the scenario odd.yaml cannot be used:',
        'line 5: barge_in: there is no turn of the agent right before it to speak into',
        'line 6: after_digits: not together with barge_in',
        'line 9: turn: the agent has only 0 turns',
        'line 13: turn: the agent has only 0 turns',
      ].join('\n  '),
    )
  })
  it('counts the turns of all its repetitions', async () => {
    const path = await write(
      'again.yaml',
      'repeat: 3\nturns: [{ agent: A }, { person: B }, { agent: C }]\nfaults:\n  stalls: [{ turn: 5, kind: empty-turn }]\n',
    )
    expect((await refusalOf(path)).message).toContain('the agent has only 4 turns')
    const scenario = await loadScenario(
      await write(
        'good.yaml',
        'repeat: 3\nturns: [{ agent: A }, { person: B }, { agent: C }, { agent: D, on_text: d }]',
      ),
    )
    expect(
      turnsInOrder(scenario)
        .map(({ text }) => text)
        .join(''),
    ).toBe('ABABABC')
    expect(cuedTurns(scenario).map(({ turn }) => turn.text)).toEqual(['D'])
  })
  it('is told where its notation is broken', async () => {
    expect((await refusalOf(await write('broken.yaml', 'speed: 1\nturns: [\n'))).message).toMatch(
      /^the scenario broken\.yaml cannot be used: line \d: flow sequence/,
    )
    expect((await refusalOf(await write('list.yaml', '- a'))).message).toContain(
      'line 1: must have keys and values',
    )
    expect((await refusalOf(await write('nothing.yaml', ''))).message).toContain(
      'line 1: must have keys and values',
    )
  })
  it('cannot eat the memory with aliases of aliases', async () => {
    const bomb = ['a: &a0 [x, x]']
    for (let i = 1; i < 12; i += 1) bomb.push(`b${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`)
    expect((await refusalOf(await write('bomb.yaml', bomb.join('\n')))).message).toContain('alias')
  })
  it('finds its WAV files beside it, and is told which cannot be read', async () => {
    await write('bad.wav', 'no sound')
    const path = await write(
      'wav.yaml',
      'turns:\n  - agent: A\n    audio: bad.wav\n  - person: B\n    audio: gone.wav\n',
    )
    expect((await refusalOf(path)).message).toBe(
      'the scenario wav.yaml cannot be used:\n  line 3: audio: this is not a WAV file\n  line 5: audio: there is no such file',
    )
  })
  it('cannot send control characters to the terminal through a message', async () => {
    const { message } = await refusalOf(await write('evil.yaml', '"a\\e[31m\\u202eb": 1\n'))
    expect(message).not.toMatch(/\p{C}/u)
  })
  it('that cannot be read says why', async () => {
    expect((await refusalOf(folder)).message).toMatch(/cannot be read: it is a folder$/)
    const locked = await write('locked.yaml', 'turns: []')
    await chmod(locked, 0o000)
    if (process.getuid?.() !== 0)
      expect((await refusalOf(locked)).message).toMatch(/cannot be read: you have no permission to read it$/)
  })
  it('that is not there is reported with the built-in names', async () => {
    expect(await refusalOf('./no/such.yaml')).toMatchObject({
      code: 'usage',
      message: 'the scenario file ./no/such.yaml cannot be read: there is no such file',
      hint: expect.stringContaining('default'),
    })
  })
})
