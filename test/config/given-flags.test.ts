import { describe, expect, it } from 'vitest'
import { parseFlags } from '../../src/config/call-flags.ts'
import { givenFlags } from '../../src/config/given-flags.ts'
import { parsePrompt } from '../../src/config/prompt.ts'
import { DEFAULT_SCRIPT } from '../../src/config/script/script.ts'
import { readTransferTargets } from '../../src/config/transfer-targets.ts'
import { readText } from './script/script-text.ts'

const SCRIPT = readText(`prompt: Be kind.
voice: Puck
max_duration: 90
on_machine: leave-message
voicemail_message: Please call back.
transfer_to:
  Dana: "+12025550123"
  Kim: "911"
`).script

/** The problems of these flags laid over the script's, as the user reads them. */
async function problemsOf(argv: Parameters<typeof givenFlags>[0], script = SCRIPT) {
  const { flags, nameOf } = givenFlags(argv, script)
  const check = async (e164: string) => {
    if (e164 === '911') throw new Error('never')
    return { e164, country: undefined, warnings: [] }
  }
  const { problems } = parseFlags(flags, {
    ...{ to: undefined, from: undefined, out: undefined, prompt: parsePrompt(script.prompt) },
    transferTo: await readTransferTargets(flags.transferTo ?? [], check),
  })
  return problems.map((problem) => nameOf(problem) ?? 'open')
}

describe('the flags of argv', () => {
  it('win over those of the script', () => {
    const { flags } = givenFlags({ voice: 'Kore', transferTo: ['+12025550124'] }, SCRIPT)
    expect(flags).toMatchObject({ voice: 'Kore', maxDuration: '90', transferTo: ['+12025550124'] })
  })

  it('leave a message behind that belongs to another policy', () => {
    expect(givenFlags({ onMachine: 'hangup' }, SCRIPT).flags.voicemailMessage).toBeUndefined()
    expect(givenFlags({ onMachine: 'leave-message' }, SCRIPT).flags.voicemailMessage).toBe(
      'Please call back.',
    )
    expect(givenFlags({}, SCRIPT).flags.voicemailMessage).toBe('Please call back.')
  })
})

describe('a problem', () => {
  it('bears the name of its source', async () => {
    expect(await problemsOf({})).toEqual(['test.yaml:3: max_duration', 'test.yaml:8: transfer_to'])
    expect(await problemsOf({ maxDuration: '7', transferTo: ['911', '+12025550123'] })).toEqual([
      '--max-duration',
      '--transfer-to',
    ])
    expect(await problemsOf({ maxTurns: 'x' }, DEFAULT_SCRIPT)).toEqual(['--max-turns'])
  })

  it('has no name where a variable is missing: nothing can be said of that', async () => {
    const { script } = readText('prompt: "{{words}}"\nmax_duration: "{{long}}"\nmax_turns: "{{many}}"\n')
    expect(await problemsOf({}, script)).toEqual(['open', 'open'])
    expect(await problemsOf({ maxDuration: 'x' }, script)).toEqual(['--max-duration', 'open'])
  })

  it('of a prompt that is missing is the script’s, unless its own words could not be read', async () => {
    expect(await problemsOf({}, readText('voice: Puck\n').script)).toEqual(['test.yaml:1: prompt'])
    expect(await problemsOf({}, readText('voice: Puck\nprompt: [x]\n').script)).toEqual(['open'])
  })

  it('bears no control character of the file name', async () => {
    const { script } = readText('prompt: x\nmax_turns: x\n', { file: 'a\u001B[2J.yaml' })
    expect(await problemsOf({}, script)).toEqual(['a?[2J.yaml:2: max_turns'])
  })
})
