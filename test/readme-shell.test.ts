/** What the README shows for a shell, run by one; its picture, made anew. All over simulated services, faster than real time. */
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startBinary } from './cli/run-binary.ts'
import { commands, fenced, README, ROOT, read } from './readme-text.ts'
import { freePort } from './stories/spawned.ts'

const SCRIPTS = fenced('sh', README)
const scriptWith = (words: string) => SCRIPTS.find((script) => script.includes(words)) ?? ''
const TALK = 'speed: 5\nphone: { ring: 100ms }\nturns:\n  - agent: Hello.\n    tools: [end_call]\n'
const hasBash = spawnSync('bash', ['--version']).status === 0
const hasJq = spawnSync('jq', ['--version']).status === 0

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-readme-'))
  await mkdir(join(folder, 'bin'))
  await program('sleep', 'echo "$1" >> slept')
})
afterEach(() => rm(folder, { recursive: true }))

/** Puts a program before all others of this name. */
async function program(name: string, body: string): Promise<void> {
  const path = join(folder, 'bin', name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
}

/** Ours, with `flags` for each call, whose number is in `asked`. */
const ourProgram = (flags: string) =>
  program(
    'ai-caller',
    `echo "$@" >> asked\n[ "$1" = call ] && set -- "$@" --allow-any-hour ${flags}\n` +
      `exec '${process.execPath}' '${join(ROOT, 'bin/ai-caller.js')}' "$@"`,
  )

async function shell(script: string) {
  const child = spawn('sh', ['-c', script], {
    cwd: folder,
    env: { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, NUMBER: '+12025550123' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk))
  const [exitCode] = await once(child, 'close')
  return { exitCode, ...said }
}

const linesOf = (file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trimEnd().split('\n') : []

describe('a shell script of the README', () => {
  it.skipIf(!hasBash).each(SCRIPTS)('is one: %#', (script) => {
    execFileSync('bash', ['-n'], { input: script })
  })

  it('rings again when the line was busy, and never when a phone may still ring', async () => {
    await writeFile(join(folder, 'answer-1.yaml'), 'speed: 20\nphone: { outcome: busy }\n')
    await writeFile(join(folder, 'answer-2.yaml'), 'speed: 20\nfaults: { dial_reset: refused }\n')
    await ourProgram('--simulate "./answer-$(grep -c . asked).yaml"')
    const { exitCode, stderr } = await shell(scriptWith('for attempt'))
    expect({ exitCode, asked: linesOf('asked'), slept: linesOf('slept') }).toEqual({
      exitCode: 10,
      asked: Array(2).fill('call +12025550123 --quiet'),
      slept: ['600'],
    })
    expect(stderr).toContain('it could not be proved whether Twilio placed the call')
  })

  it.skipIf(!hasJq)('makes a line for a table of a call, and keeps its exit code', async () => {
    await writeFile(join(folder, 'talk.yaml'), TALK)
    await ourProgram('--simulate ./talk.yaml')
    const { exitCode, stdout } = await shell(scriptWith('jq -r'))
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^agent-hung-up\t\d+(\.\d+)?\t[\d.e-]+\n$/)
  })

  it('rehearses a script of the user without an account', async () => {
    await writeFile(join(folder, 'reminder.yaml'), 'prompt: Remind them.\n')
    await writeFile(join(folder, 'rehearsal.yaml'), TALK)
    await ourProgram('')
    const { exitCode, stdout } = await shell(scriptWith('rehearsal.yaml'))
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ok {2}reminder\.yaml[\s\S]*agent: Hello\.\n$/)
  })
})

/** A proxy of the recipes at its most careless: it strips the path `/ws` and names another host. */
async function openProxy(port: number): Promise<string> {
  const server = createServer((client) => {
    const onward = connect(port, '127.0.0.1')
    for (const socket of [client, onward]) {
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        onward.destroy()
      })
    }
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1')
      const isHead = /^(GET|POST) \/ws\//.test(text)
      const changed = text.replace(/ \/ws\//, ' /').replace(/^Host: .*$/im, 'Host: inside')
      onward.write(isHead ? changed : text, 'latin1')
    })
    onward.pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return `ws://127.0.0.1:${address.port}/ws`
}

describe('the simulators of the README', () => {
  it('are there for another terminal, also through a proxy, until they are told to stop', async () => {
    const shown = /^ {4}ai-caller (simulator .*)\n[\s\S]*?\n((?: {4}.*\n)+)/m.exec(README) ?? []
    const [, first = '', second = ''] = shown
    await writeFile(join(folder, 'talk.yaml'), TALK.replace('speed: 5', 'speed: 1'))
    const simulator = startBinary([...first.split(' '), './talk.yaml'], folder)
    const gone = once(simulator, 'close')
    onTestFinished(async () => {
      simulator.kill('SIGKILL')
      await gone
    })
    await once(simulator.stdout, 'data')
    const port = await freePort()
    await ourProgram('')
    const publicUrl = await openProxy(port)
    const { exitCode, stdout, stderr } = await shell(
      second.replace('ws://127.0.0.1:8080', publicUrl).replace('--port 8080', `--port ${port}`),
    )
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '00:00 agent: Hello.\n' })
    expect(stderr).toContain('Public address open (your own address)')
    simulator.kill('SIGINT')
    expect((await gone)[0]).toBe(0)
    expect(existsSync(join(folder, 'sim.env'))).toBe(false)
  })
})

describe('the picture of the README', () => {
  /** What differs from run to run: times, figures, and the word at which the agent is cut. */
  const shapeOf = (text: string) =>
    text
      .trimEnd()
      .replace(/▸ Of course\..*▌/, '▸ Of course. ▌')
      .replace(/\d+(\.\d+)? (ms|s)\b/g, 'TIME')
      .replace(/^\d\d:\d\d/gm, '00:00')
      .replace(/calls\/\S+/, 'calls/NAME')

  it('shows what the program says now; `node scripts/make-picture.mjs` makes it anew', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(ROOT, 'scripts/make-picture.mjs'),
      ...['--text', '--speed', '5'],
    ])
    const [prompt, ...lines] = drawnLines(read('docs/call.svg'))
    expect(shapeOf(lines.join('\n'))).toBe(shapeOf(stdout))
    expect(commands).toContain(prompt?.replace('$ ai-caller ', ''))
    expect(stdout).toMatch(/^✓ [\s\S]*person ◂[\s\S]*cut off after[\s\S]*kept in {3}\/home\/dana\//)
  })

  it('stands in the README, and needs nothing from elsewhere', () => {
    const svg = read('docs/call.svg')
    expect(README).toMatch(/^!\[[^\]]{50,}\]\(docs\/call\.svg\)$/m)
    expect(svg.length).toBeLessThan(60_000)
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|href|url\(|@import|<script|\/tmp/,
    )
  })
})

/** What is drawn and stays, by line, each word in its column. */
function drawnLines(svg: string): string[] {
  const [cellWidth, left] = [8.4, 16]
  const rows = new Map<number, string>()
  const drawn = [...svg.matchAll(/<text(?: class="([^"]*)")? x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)]
    .filter(([, classes = '']) => !/\bby\b/.test(classes))
    .map(([, , x, y, text = '']) => ({
      column: Math.round((Number(x) - left) / cellWidth),
      y: Number(y),
      text,
    }))
  for (const { column, y, text } of drawn.sort((a, b) => a.column - b.column))
    rows.set(y, (rows.get(y) ?? '').padEnd(column) + text.replaceAll('&lt;', '<').replaceAll('&amp;', '&'))
  const [top = 0, next = 0] = [...rows.keys()].sort((a, b) => a - b)
  const count = Math.round((Math.max(...rows.keys()) - top) / (next - top)) + 1
  return Array.from({ length: count }, (_, row) => rows.get(top + row * (next - top)) ?? '')
}
