/** The README is part of the product: its commands run, its tables are complete, and its paths lead somewhere. */
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../src/cli/exit-code.ts'
import { SETTING_NAMES } from '../src/config/settings.ts'
import { listScenarios, loadScenario } from '../src/sim/load-scenario.ts'
import { runBinary } from './cli/run-binary.ts'

const ROOT = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const README = read('README.md')

const COMPLETE = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'twilio-secret',
  TWILIO_PHONE_NUMBER: '+12025550199',
  GOOGLE_API_KEY: 'google-secret',
  NGROK_AUTHTOKEN: 'ngrok-secret',
}

/** The text between a heading and the next one. */
const section = (heading: string) => README.split(`\n${heading}\n`)[1]?.split(/^#{2,3} /m)[0] ?? ''
const yamlIn = (text: string) => [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] ?? '')

/** The names in backticks, or else the words, of the first column of a section's first table with such a heading. */
const firstColumn = (head: string) => {
  const rows = README.split(`| ${head} |`)[1]?.split('\n').slice(2) ?? []
  const end = rows.findIndex((row) => !row.startsWith('|'))
  return rows.slice(0, end).map((row) => row.split('|')[1]?.trim() ?? '')
}
const names = (cells: readonly string[]) =>
  cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))

/** A command line as a shell would split it; what is piped on, and comments, are not part of it. */
function argumentsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  const end = words.findIndex((word) => word === '|' || word === '#')
  return words
    .slice(0, end < 0 ? undefined : end)
    .map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2').replace('$NUMBER', '+12025550123'))
}

const inBlocks = README.replaceAll(/ *\\\n */g, ' ')
  .split('\n')
  .flatMap((line) => line.match(/^ {4}(?:npx )?ai-caller (.*)$/)?.slice(1) ?? [])
const inSentences = [...README.matchAll(/`ai-caller ([^`]+)`/g)].map((match) => match[1] ?? '')
const commands = [...new Set([...inBlocks, ...inSentences])]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-readme-'))
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

describe('the README', () => {
  it('shows commands', () => {
    expect(commands.length).toBeGreaterThan(6)
  })

  it.each(commands)('may say: ai-caller %s', async (line) => {
    const args = argumentsOf(line)
    // The hour is not the README's, nor are accounts; and a simulator runs until it is stopped, as its own tests do.
    const safety: Record<string, string[]> = {
      call: ['--dry-run', '--allow-any-hour'],
      status: ['--offline'],
      simulator: ['--help'],
    }
    const safe = [...args, ...(safety[args[0] ?? ''] ?? [])]
    const { exitCode, stderr } = await runBinary(safe, folder, COMPLETE)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  it('shows a command for every example, which the example itself shows as well', () => {
    const shown = inBlocks.map(argumentsOf)
    for (const name of readdirSync(join(ROOT, 'examples'))) {
      const ofExample = shown.filter((args) => args[0] === 'call' && args.includes(`examples/${name}`))
      expect(ofExample).toHaveLength(1)
      const comment = read(`examples/${name}`).replaceAll(/ *\\\n#? */g, ' ')
      const [, own = ''] = comment.match(/^# +ai-caller (.*)$/m) ?? []
      expect(argumentsOf(own)).toEqual(ofExample[0])
    }
  })

  it.each([...yamlIn(section('## Scripts')), ...yamlIn(section('### Tools'))])(
    'shows a script that is right: %#',
    async (script) => {
      await writeFile(join(folder, 'shown.yaml'), script)
      const tokens = { TABLES_TOKEN: 'x', LIBRARY_TOKEN: 'y', CALENDAR_TOKEN: 'z' }
      const { exitCode, stdout, stderr } = await runBinary(['script', 'check', 'shown.yaml'], folder, tokens)
      expect({ exitCode, stdout, stderr }).toEqual({
        ...{ exitCode: 0, stderr: '' },
        stdout: expect.stringMatching(/^ok {2}shown\.yaml/),
      })
    },
  )

  it('names every key of a script, of a tool and of a server', () => {
    const format = read('src/config/script/script-format.ts').split('export const SCRIPT')[1] ?? ''
    const keys = [...format.matchAll(/^ {2}(\w+): /gm)].map((match) => match[1] ?? '')
    expect(keys.length).toBeGreaterThan(25)
    const told = `${section('## Scripts')}${section('### Tools')}`
    expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(told))).toEqual([])
  })

  it('names every flag that there is, and no other', async () => {
    const [ofCall, ...others] = await Promise.all(
      [['call'], [], ['status'], ['simulator'], ['hangup']].map((of) => runBinary([...of, '--help'], folder)),
    )
    const known = [ofCall, ...others].flatMap((help) => help?.stdout.match(/--[a-z][\w-]*/g) ?? [])
    const own = read('scripts/demo.mjs').match(/--[a-z][\w-]*/g) ?? []
    const told = README.replace(/^.*npm run.*$/gm, (line) =>
      own.reduce((rest, flag) => rest.replace(flag, ''), line),
    ).match(/(?<![\w-])--[a-z][\w-]*/g)
    expect(told?.filter((flag) => !known.includes(flag))).toEqual([])
    const flags = [...(ofCall?.stdout ?? '').matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(
      (match) => match[1] ?? '',
    )
    expect(flags.length).toBeGreaterThan(20)
    expect(flags.filter((flag) => flag !== '--help' && !told?.includes(flag))).toEqual([])
  })

  it('lists every setting', () => {
    const table = section('## Settings')
    for (const name of SETTING_NAMES) expect(table).toContain(`\`${name}\``)
    for (const name of SETTING_NAMES) expect(read('.env.example')).toContain(name)
  })

  it('lists every event', () => {
    const union = read('src/call/events.ts').split('export type SoundEvent')[0] ?? ''
    const types = [...union.matchAll(/type: '([\w.]+)'/g)].map((match) => match[1])
    expect(types.length).toBeGreaterThan(15)
    expect(names(firstColumn('event | fields')).sort()).toEqual(types.sort())
  })

  it('lists every exit code', () => {
    const codes = firstColumn('code | meaning').flatMap((cell) => cell.split(',').map(Number))
    expect(codes).toEqual([...new Set(Object.values(EXIT_CODES))].sort((a, b) => a - b))
  })

  it('lists every built-in scenario', async () => {
    const told = section('## Simulating').split('or a YAML')[0] ?? ''
    const builtIn = (await listScenarios()).map(({ name }) => name)
    expect(
      names([told])
        .filter((name) => !name.includes(' '))
        .sort(),
    ).toEqual(builtIn.sort())
  })

  it('shows a scenario file that can be played', async () => {
    const path = join(folder, 'table.yaml')
    copyFileSync(join(ROOT, 'src/sim/clips/agent-hello-this-is-dana-510c6f51.wav'), join(folder, 'hello.wav'))
    await writeFile(path, yamlIn(section('## Simulating'))[0] ?? '')
    expect((await loadScenario(path)).turns).toHaveLength(6)
  })

  it('leads to headings that exist', () => {
    const headings = [...README.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]?.toLowerCase())
    const anchors = [...README.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '')
    expect(anchors.length).toBeGreaterThan(5)
    expect(anchors.filter((anchor) => !headings.includes(anchor.replaceAll('-', ' ')))).toEqual([])
  })

  it('leads to files that exist', () => {
    const paths = names([section('## How a call travels through the code')]).filter((path) =>
      path.includes('/'),
    )
    expect(paths.length).toBeGreaterThan(10)
    const places = (path: string) => [path, `src/${path}`]
    expect(paths.filter((path) => !places(path).some((place) => existsSync(join(ROOT, place))))).toEqual([])
  })

  it('gives a reason for every dependency', () => {
    const manifest: { dependencies: Record<string, string> } = JSON.parse(read('package.json'))
    expect(names(firstColumn('package | reason')).sort()).toEqual(Object.keys(manifest.dependencies).sort())
  })
})
