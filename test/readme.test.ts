/** The README is part of the product: its commands run, its tables are complete, and its paths lead somewhere. */
import { copyFileSync, cpSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { estimateCostUsd } from '../src/call/cost.ts'
import { EXIT_CODES } from '../src/cli/exit-code.ts'
import { SETTING_NAMES } from '../src/config/settings.ts'
import { listScenarios, loadScenario } from '../src/sim/load-scenario.ts'
import { COMPLETE } from './cli/complete-settings.ts'
import { runBinary } from './cli/run-binary.ts'
import {
  commands,
  fenced,
  firstColumn,
  foreign,
  inBlocks,
  NOT_RUN_HERE,
  names,
  README,
  ROOT,
  read,
  section,
} from './readme-text.ts'

/** A command line as a shell would split it; what is piped on, and comments, are not part of it. */
function argumentsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  const end = words.findIndex((word) => word === '|' || word === '#')
  return words
    .slice(0, end < 0 ? undefined : end)
    .map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2').replace('$NUMBER', '+12025550123'))
}

/** Words of the code that are functions. */
const NO_FILES = ['emit', 'run']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-readme-'))
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true })
  await writeFile(join(folder, 'reminder.yaml'), 'prompt: Remind them.\n')
  await writeFile(join(folder, 'rehearsal.yaml'), 'turns:\n  - agent: Hello.\n')
})
afterAll(() => rm(folder, { recursive: true }))

describe('the README', () => {
  it('shows commands', () => {
    expect(commands.length).toBeGreaterThan(6)
  })

  it.each(commands)('may say: ai-caller %s', async (line) => {
    const args = argumentsOf(line)
    // The hour is not the README's, nor are accounts.
    const safety: Record<string, string[]> = {
      call: ['--dry-run', '--allow-any-hour'],
      status: ['--offline'],
      simulator: ['--help'], // It runs until it is stopped: readme-shell.test.ts.
    }
    const safe = [...args, ...(safety[args[0] ?? ''] ?? [])]
    // Where the simulators are told of, the settings are theirs.
    const isSimulated = line.includes('ws://127.0.0.1')
    const settings = { ...COMPLETE, ...(isSimulated && { TWILIO_BASE_URL: 'http://127.0.0.1:4010' }) }
    const { exitCode, stderr } = await runBinary(safe, folder, settings)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  it('shows no command of another program but these, of which it is known why they are not run here', () => {
    expect([...new Set(foreign)]).toEqual(Object.keys(NOT_RUN_HERE))
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
    const named = [...README.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '')
    expect(named.filter((name) => !scripts[name])).toEqual([])
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

  it.each([...fenced('yaml', section('## Scripts')), ...fenced('yaml', section('### Tools'))])(
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
    const told = foreign
      .reduce((rest, line) => rest.replace(line, ''), README)
      .replace(/^.*npm run.*$/gm, (line) => own.reduce((rest, flag) => rest.replace(flag, ''), line))
      .match(/(?<![\w-])--[a-z][\w-]*/g)
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
    await writeFile(path, fenced('yaml', section('## Simulating'))[0] ?? '')
    expect((await loadScenario(path)).turns).toHaveLength(6)
  })

  it('quotes, by symptom, what the program really says', async () => {
    const { stderr } = await runBinary(['call', '+12025550123', '--allow-any-hour'], folder)
    const said = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(`src/${path}`).replaceAll("\\'", "'"))
      .concat(stderr)
      .join('\n')
    const quotes = names([
      ...firstColumn('what you see | why | what to do'),
      ...firstColumn('what you see or hear | why | what to do'),
    ])
    expect(quotes.length).toBeGreaterThan(30)
    expect(quotes.filter((quote) => !said.includes(quote))).toEqual([])
  })

  it('leads every recipe for an address to the same port', () => {
    const recipes = section('## An address of your own')
    const ports = [...recipes.matchAll(/(?:127\.0\.0\.1:|--port |funnel )(\d+)/g)].map((match) => match[1])
    expect(ports.length).toBeGreaterThan(6)
    expect(new Set(ports)).toEqual(new Set(['8080']))
    const [cloudflared = ''] = fenced('yaml', recipes)
    expect(parse(cloudflared)).toMatchObject({ ingress: [{ hostname: 'calls.example.com' }, {}] })
  })

  it('computes what the model costs as the program does', () => {
    const costOf = (minutes: number) => {
      const turns = Array.from({ length: minutes * 3 }, (_, turn) => {
        // Twelve seconds of the person and eight of the agent in each; what was said before is billed again.
        const promptAudioTokens = 25 * (12 * (turn + 1) + 8 * turn)
        const spoken = 25 * 8
        return estimateCostUsd({
          ...{ promptTokens: 500 + promptAudioTokens, promptAudioTokens, thoughtTokens: 0 },
          ...{ responseTokens: spoken, responseAudioTokens: spoken, totalTokens: 0 },
        })
      })
      return turns.reduce((sum, cost) => sum + cost, 0)
    }
    const told = section('## What a call costs').replaceAll('\n', ' ')
    const [one, three, five] = [1, 3, 5].map((minutes) => costOf(minutes).toFixed(2))
    expect(told).toContain(`${one} for one minute, ${three} for three, ${five} for five`)
    expect(told).toContain(
      `3 × 0.014 + 3 × 0.004 + ${three}, **about ${(3 * 0.018 + costOf(3)).toFixed(2)} dollars**`,
    )
    const prices = { 'audio in': 3, 'text in': 0.75, 'audio out': 12, 'text out': 4.5 }
    for (const [what, usd] of Object.entries(prices)) expect(told).toContain(`${what} ${usd.toFixed(2)}`)
    const million = { promptTokens: 1e6, promptAudioTokens: 0, responseTokens: 0, responseAudioTokens: 0 }
    expect(estimateCostUsd({ ...million, thoughtTokens: 0, totalTokens: 0 })).toBe(prices['text in'])
  })

  it('leads to headings that exist', () => {
    const headings = [...README.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]?.toLowerCase())
    const anchors = [...README.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '')
    expect(anchors.length).toBeGreaterThan(5)
    expect(anchors.filter((anchor) => !headings.includes(anchor.replaceAll('-', ' ')))).toEqual([])
  })

  it('leads to files that exist', () => {
    const told = names([section('## How a call travels through the code')])
    const paths = told.filter((path) => path.includes('/'))
    expect(paths.length).toBeGreaterThan(10)
    const places = (path: string) => [path, `src/${path}`]
    expect(paths.filter((path) => !places(path).some((place) => existsSync(join(ROOT, place))))).toEqual([])
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map((path) =>
      basename(path),
    )
    const parts = told.filter((name) => /^[a-z]+(-[a-z]+)*(\.ts)?$/.test(name) && !NO_FILES.includes(name))
    expect(parts.length).toBeGreaterThan(10)
    expect(parts.filter((name) => !files.includes(`${name.replace(/\.ts$/, '')}.ts`))).toEqual([])
  })

  it('gives a reason for every dependency', () => {
    const manifest: { dependencies: Record<string, string> } = JSON.parse(read('package.json'))
    expect(names(firstColumn('package | reason')).sort()).toEqual(Object.keys(manifest.dependencies).sort())
  })
})
