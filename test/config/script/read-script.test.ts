import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGivenScript } from '../../../src/config/script/given-script.ts'
import { readScript } from '../../../src/config/script/read-script.ts'
import { DEFAULT_SCRIPT } from '../../../src/config/script/script.ts'

const DOORS = { lookUp: () => undefined, checkDeclaration: () => [] }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'script-'))
})
afterAll(() => rm(folder, { recursive: true }))

const write = async (name: string, content: string | Uint8Array) => {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

describe("a script's file", () => {
  it('is read, with a byte order mark and with the line ends of Windows', async () => {
    const path = await write('windows.yaml', '\uFEFFprompt: |\r\n  a\r\n  b\r\nvoise: x\r\n')
    const read = await readScript(path, { ...DOORS, values: new Map() })
    expect(read).toMatchObject({ value: { script: { prompt: 'a\nb\n' }, problems: [{ line: 4 }] } })
  })

  it.each<[string, () => Promise<string>, string]>([
    ['is not there', async () => join(folder, 'none.yaml'), 'there is no such file'],
    ['is a folder', async () => folder, 'it is a folder'],
    ['has no end', async () => '/dev/zero', 'it is not a plain file'],
    ['is too large', () => write('large.yaml', `prompt: ${'x'.repeat(200_000)}`), 'it is larger than 200 kB'],
    ['is binary', () => write('zero.yaml', 'prompt: a\0b'), 'it is not text'],
    [
      'is in another encoding',
      () => write('latin.yaml', new Uint8Array([0x70, 0xe4, 0xff])),
      'it is not text in UTF-8',
    ],
    [
      'is below a file',
      async () => join(await write('a.yaml', 'prompt: x'), 'b.yaml'),
      'a file stands where its folder should be',
    ],
  ])('that %s cannot be read, and says so', async (_, path, why) => {
    expect(await readScript(await path(), { ...DOORS, values: new Map() })).toEqual({
      wrong: `cannot be read: ${why}`,
    })
  })
})

describe('the script of a call', () => {
  it('is the built-in one without --script', async () => {
    const { script, problems } = await readGivenScript({}, DOORS)
    expect({ script, problems }).toEqual({ script: DEFAULT_SCRIPT, problems: [] })
    expect(script.prompt).toContain('AI assistant')
    // What holds for every prompt is told with each.
    expect(script.prompt).not.toContain('end_call')
  })

  it('has every problem of the file and of its variables, in the order of its lines', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true })
    const path = await write(
      'sub/wrong.yaml',
      'prompt: "{{guest}} {{day}}"\nvoise: x\nmcp_servers:\n  a: { command: x, env: [TOKEN] }\n',
    )
    const { problems } = await readGivenScript({ script: path, var: ['day=x', 'night=y', 'z'] }, DOORS)
    expect(problems).toEqual([
      `${path}:1: the variable has no value: guest; give it with --var guest=...`,
      expect.stringMatching(/wrong\.yaml:2: unknown key "voise"/),
      `${path}:4: TOKEN is not set: put it into the environment or a file named .env in this folder`,
      "--var must be name=value, not 'z'",
      "--var 'night' is no variable of the script; it has: guest, day",
    ])
  })

  it('that cannot be read is one problem', async () => {
    const { script, problems } = await readGivenScript({ script: 'none.yaml' }, DOORS)
    expect(problems).toEqual(["--script 'none.yaml' cannot be read: there is no such file"])
    expect(script).toBe(DEFAULT_SCRIPT)
  })
})
