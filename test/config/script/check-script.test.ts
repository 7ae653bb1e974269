import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkScript } from '../../../src/config/script/check-script.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-script-'))
})
afterAll(() => rm(folder, { recursive: true }))

const problemsIn = async (text: string) => {
  const file = join(folder, 'script.yaml')
  await writeFile(file, text)
  const doors = { values: new Map(), lookUp: () => undefined, checkDeclaration: () => [] }
  const read = await checkScript(file, doors)
  if ('wrong' in read) throw new Error(read.wrong)
  return read.value.problems.map(({ line, text }) => `${line} ${text}`)
}

describe('a script that is checked', () => {
  it('has the problems of its values among those of its form, in the order of their lines', async () => {
    const problems = await problemsIn(
      'voise: x\nmax_duration: 9h\ntransfer_to:\n  - 5\n  - "123"\nmax_turns: [1]\nprompt: x\ndigits: q\nvariables: 5\n',
    )
    expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
      '1 unknown',
      '2 max_duration',
      '4 transfer_to',
      '5 transfer_to',
      '6 max_turns',
      '8 digits',
      '9 variables',
    ])
  })

  it('has the others of its numbers judged when one is no text', async () => {
    expect(await problemsIn('prompt: x\ntransfer_to:\n  Dana: 5\n  Kim: "123"\n')).toEqual([
      '3 transfer_to.Dana must be text; put it in quotes',
      expect.stringMatching(/^4 transfer_to cannot be used: '123'/),
    ])
  })

  it.each([
    [
      'on_machine: leave-message\nvoicemail_message: [x]\nprompt: x\n',
      '2 voicemail_message must be text; put it in quotes',
    ],
    ['on_machine: [x]\nvoicemail_message: x\nprompt: x\n', '1 on_machine must be text; put it in quotes'],
    [
      'on_machine: leave-message\nprompt: x\n',
      '1 on_machine leave-message needs a message: --voicemail-message, or voicemail_message in the script',
    ],
    ['prompt: 5\n', '1 prompt must be text; put it in quotes'],
  ])('%j has one problem, and nothing that follows from it', async (text, problem) => {
    expect(await problemsIn(text)).toEqual([problem])
  })
})
