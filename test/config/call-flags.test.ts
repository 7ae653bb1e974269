import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { type CallFlags, parseFlags } from '../../src/config/call-flags.ts'
import { checkPhoneNumber } from '../../src/config/phone-number.ts'
import { readTransferTargets } from '../../src/config/transfer-targets.ts'

async function read(flags: CallFlags) {
  const transferTo = await readTransferTargets(flags.transferTo ?? [], checkPhoneNumber)
  const call = { to: '+14155550123', from: '+12025550199' }
  return parseFlags(flags, { ...call, prompt: { value: 'Be kind.' }, out: undefined, transferTo })
}
const problemsOf = async (flags: CallFlags) =>
  (await read(flags)).problems.map(({ flag, item, text }) => `${flag}${item ?? ''} ${text}`)

describe('--digits', () => {
  it('takes the keys of a phone and two pauses, at most 32', async () => {
    for (const [given, keys] of [
      ['wW12#*', 'wW12#*'],
      ['ad', 'AD'],
      ['1'.repeat(32), '1'.repeat(32)],
    ] as const)
      expect((await read({ digits: given })).choices).toMatchObject({ digits: keys })
  })

  it.each(['', 'w', 'E', '1 2', '1,2', '+1', '1'.repeat(33)])('does not take %j', async (digits) => {
    expect(await problemsOf({ digits })).toEqual([expect.stringMatching(/^digits must be 1 to 32 keys: 0-9/)])
  })
})

describe('--on-machine', () => {
  it.each<[CallFlags, unknown]>([
    [{}, { type: 'hangup' }],
    [{ onMachine: 'hangup' }, { type: 'hangup' }],
    [{ onMachine: 'continue' }, { type: 'continue' }],
    [
      { onMachine: 'leave-message', voicemailMessage: ' Please call back. ' },
      { type: 'leave-message', message: 'Please call back.' },
    ],
  ])('%j is %j', async (flags, onMachine) => {
    expect((await read(flags)).choices).toMatchObject({ onMachine })
  })

  it.each<[CallFlags, RegExp]>([
    [{ onMachine: 'run' }, /^onMachine must be hangup, leave-message or continue, not 'run'$/],
    [
      { onMachine: 'leave-message' },
      /^onMachine leave-message needs a message: --voicemail-message, or voicemail_message in the script$/,
    ],
    [{ onMachine: 'leave-message', voicemailMessage: ' ' }, /^voicemailMessage must not be empty$/],
    [{ voicemailMessage: 'Hello.' }, /^voicemailMessage has no effect: .*hangup, not leave-message/],
    [{ onMachine: 'continue', voicemailMessage: 'Hello.' }, /^voicemailMessage has no effect: .*continue/],
  ])('%j is refused', async (flags, problem) => {
    expect(await problemsOf(flags)).toEqual([expect.stringMatching(problem)])
  })
})

describe('--transfer-to', () => {
  it('names people, or their numbers for want of a name', async () => {
    const transferTo = ['Dana Smith=+1 202 555 0123', '+442079460958', 'a=b=+12025550125']
    expect((await read({ transferTo })).choices?.transferTo).toEqual([
      { name: 'Dana Smith', number: '+12025550123' },
      { name: '+442079460958', number: '+442079460958' },
      { name: 'a=b', number: '+12025550125' },
    ])
  })

  it('judges every number as the one that is called, and tells which of them is wrong', async () => {
    const transferTo = [
      'dana=+12025550123',
      'police=911',
      '2025550123',
      '=+12025550126',
      'x\u001B=+12025550127',
    ]
    expect(await problemsOf({ transferTo })).toEqual([
      expect.stringMatching(/^transferTo1 cannot be used: '911' is an emergency number/),
      expect.stringMatching(/^transferTo2 cannot be used: '2025550123' lacks the plus/),
      expect.stringMatching(/^transferTo3 must have a name/),
      expect.stringMatching(/^transferTo4 must have a name/),
    ])
  })

  it('is neither of the two who are on the line, and nobody twice', async () => {
    const transferTo = ['a=+14155550123', 'b=+12025550199', 'c=+12025550123', 'C=+12025550124']
    expect(await problemsOf({ transferTo })).toEqual([
      'transferTo0 is +14155550123, the very number that is called',
      'transferTo1 is +12025550199, the number that calls',
      "transferTo3 names 'C' twice",
    ])
  })

  it('is refused by whatever refuses a number', async () => {
    const [target] = await readTransferTargets(['+12025550123'], async () => {
      throw new CallError('number-refused', 'no', { hint: 'Never.' })
    })
    expect(target).toEqual({ wrong: 'cannot be used: no. Never.' })
  })
})

describe('--var', () => {
  it('needs a script', async () => {
    expect(await problemsOf({ var: ['a=b'] })).toEqual([expect.stringMatching(/^var needs --script/)])
    expect(await problemsOf({ var: ['a=b'], script: 'x.yaml' })).toEqual([])
  })
})
