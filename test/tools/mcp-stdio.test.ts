import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { McpServer, Tool, Toolbox } from '../../src/call/tools.ts'
import { openMcpServer } from '../../src/tools/mcp-server.ts'
import { openToolbox } from '../../src/tools/open-toolbox.ts'
import { watchForLeaks } from '../left-open.ts'

const FIXTURES = resolve(import.meta.dirname, 'fixtures')
const TOKEN = 'sk-calendar-0123456789'
const never = new AbortController().signal
const boxes: Toolbox[] = []
afterEach(() => Promise.all(boxes.splice(0).map((box) => box.close())))

type Program = Partial<Extract<McpServer['transport'], { type: 'stdio' }>>

function server(program: Program = {}, changes: Partial<McpServer> = {}): McpServer {
  return {
    ...{ name: 'calendar', tools: undefined, timeoutMs: 3000 },
    transport: {
      ...{ type: 'stdio', command: process.execPath, args: ['mcp-server.mjs'], env: {}, folder: FIXTURES },
      ...program,
    },
    ...changes,
  }
}

/** A program in a line, instead of a server. */
const inline = (code: string) => server({ args: ['-e', code] })

async function open(...mcp: McpServer[]) {
  const warn = vi.fn()
  const box = await openToolbox({ http: [], mcp }, { signal: never, warn })
  boxes.push(box)
  return {
    box,
    warn,
    call: (name: string, args = {}, signal = never) => find(box.tools, name).run(args, signal),
  }
}

function find(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((tool) => tool.name === name)
  if (!tool) throw new Error(`no tool ${name}`)
  return tool
}

describe('an MCP server that is a program', () => {
  it('brings its functions, named after it, with their schemas', async () => {
    const { box } = await open(server())
    expect(box.tools.map(({ name }) => name)).toContain('calendar_find_slot')
    expect(find(box.tools, 'calendar_find_slot')).toMatchObject({
      description: 'Finds a free slot.',
      parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
      timeoutMs: 3000,
    })
  })

  it('brings only the functions that are wanted', async () => {
    const { box } = await open(server({}, { tools: ['find_slot', 'fail'] }))
    expect(box.tools.map(({ name }) => name)).toEqual(['calendar_find_slot', 'calendar_fail'])
  })

  it('answers: structured content, text, or a word for what is neither', async () => {
    const { call } = await open(server())
    expect(await call('calendar_find_slot', { day: 'monday' })).toEqual({
      output: { day: 'monday', slot: '10:30' },
    })
    expect(await call('calendar_picture')).toEqual({ output: 'The place:\n[image]' })
  })

  it('makes errors of its errors', async () => {
    const { call } = await open(server())
    expect(await call('calendar_fail')).toEqual({ error: 'the calendar is closed' })
    expect(await call('calendar_find_slot', { day: { no: 'day' } })).toEqual({
      error: expect.stringMatching(/day/),
    })
  })

  it('A10 gets the variables that are meant for it and none of ours', async () => {
    vi.stubEnv('SECRET_OF_OURS', 'secret')
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const report = `console.error(Object.keys(process.env).sort().join()); process.exit(1)`
    const names = await open(server({ args: ['-e', report], env: { TOKEN } })).catch(
      (error: Error) => error.message,
    )
    expect(names).toMatch(/HOME,.*PATH,.*TOKEN/)
    expect(names).not.toContain('SECRET_OF_OURS')
  })

  it('runs in its folder, and is gone with all it has started when the toolbox is closed', async () => {
    const expectNothingLeft = watchForLeaks()
    // As `npx` does: the program that is started is not the one that serves.
    const launcher = `require('node:child_process').spawn(process.execPath, ['mcp-server.mjs'], { stdio: 'inherit' })`
    const { box, call } = await open(server({ args: ['-e', launcher] }))
    expect(await call('calendar_find_slot', { day: 'friday' })).toMatchObject({ output: { day: 'friday' } })
    await Promise.all([box.close(), box.close()])
    await expectNothingLeft()
  })

  it.each([
    ['ignores the end of its input', 'SIGTERM is enough', ''],
    ['ignores every polite word', 'it is killed', `process.on('SIGTERM', () => {});`],
  ])('is gone within 2 s even when it %s: %s', async (_what, _how, code) => {
    const stubborn = `${code} setInterval(() => {}, 1000); import(${JSON.stringify(`file://${FIXTURES}/mcp-server.mjs`)})`
    const expectNothingLeft = watchForLeaks()
    const { box, warn } = await open(inline(stubborn))
    const startedMs = performance.now()
    await box.close()
    expect(performance.now() - startedMs).toBeLessThan(2000)
    await expectNothingLeft()
    expect(warn).not.toHaveBeenCalled()
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('what an MCP server has started', () => {
  it('is gone with it, however stubborn it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tools-'))
    const pidFile = join(folder, 'pid')
    const fixture = JSON.stringify(`file://${FIXTURES}/mcp-server.mjs`)
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); import(${fixture})`
    const launcher = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' })`
    const { box } = await open(inline(launcher))
    const pid = Number(await readFile(pidFile, 'utf8'))
    await box.close()
    await expect.poll(() => isRunning(pid)).toBe(false)
    await rm(folder, { recursive: true })
  })
})

describe('an MCP server that misbehaves', () => {
  it('is told when a call is given up, and goes on', async () => {
    const { call } = await open(server())
    const stop = new AbortController()
    const slow = call('calendar_slow', {}, stop.signal)
    await expect.poll(() => call('calendar_heard')).toEqual({ output: 'asked' })
    stop.abort()
    expect(await slow).toEqual({ error: 'It was given up.' })
    await expect.poll(() => call('calendar_heard')).toEqual({ output: 'asked,cancelled' })
  })

  it('is told when a call takes too long, and goes on', async () => {
    const { call } = await open(server({}, { timeoutMs: 100 }))
    expect(await call('calendar_slow')).toEqual({ error: 'The server calendar did not answer in time.' })
    await expect.poll(() => call('calendar_heard')).toEqual({ output: 'asked,cancelled' })
  })

  it('may flood its output with what is no message: the answer is found, and cut', async () => {
    const { call } = await open(server())
    const result = await call('calendar_flood')
    expect(result).toEqual({
      output: { note: expect.stringMatching(/only the beginning/), beginning: expect.any(String) },
    })
    expect(JSON.stringify(result).length).toBeLessThan(17_000)
    expect(await call('calendar_find_slot', { day: 'monday' })).toMatchObject({ output: { slot: '10:30' } })
  })

  it('may answer more than can be read: that is an error, and it goes on', async () => {
    const { call } = await open(server())
    expect(await call('calendar_deluge')).toEqual({
      error: 'The server calendar failed: The answer was too long.',
    })
    expect(await call('calendar_find_slot', { day: 'monday' })).toMatchObject({ output: { slot: '10:30' } })
  })

  it('may die in the middle: every call is an error, and there is a warning with its last words', async () => {
    const { call, warn, box } = await open(server())
    const slow = call('calendar_slow')
    expect(await call('calendar_die')).toEqual({ error: 'The server calendar is gone.' })
    expect(await slow).toEqual({ error: 'The server calendar is gone.' })
    expect(await call('calendar_find_slot', { day: 'monday' })).toEqual({
      error: 'The server calendar is gone.',
    })
    await expect
      .poll(() => warn.mock.calls)
      .toEqual([
        [
          {
            code: 'tool-server-lost',
            message: 'the tool server calendar has ended (exit code 3)',
            hint: 'Its last words: the calendar is gone',
          },
        ],
      ])
    await box.close()
  })

  it.each([
    ['lines', `'x'.repeat(99) + '\\n'`],
    ['one line without end', `'x'.repeat(9999)`],
    [
      'messages that nobody asked for',
      `'{"jsonrpc":"2.0","method":"notifications/message","params":{"a":"' + 'x'.repeat(999) + '"}}\\n'`,
    ],
  ])('is ended when it never stops to pour out %s', async (_what, piece) => {
    const expectNothingLeft = watchForLeaks()
    const flood = `const piece = ${piece}; const pour = () => { while (process.stdout.write(piece.repeat(100))); }; process.stdout.on('drain', pour); pour()`
    const failure = await open(inline(flood)).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'tools-failed',
      message: expect.stringMatching(
        /^the tool server calendar (ended before it was ready \(it poured out more than can be read\)|failed: The answer was too long)/,
      ),
    })
    await expectNothingLeft()
  })

  it('may pour out errors without end: they are drained, and only the last line is kept', async () => {
    const noisy = `setInterval(() => { for (let n = 0; n < 50; n += 1) process.stderr.write('noise '.repeat(1000) + '\\n') }, 1); import(${JSON.stringify(`file://${FIXTURES}/mcp-server.mjs`)})`
    const { call } = await open(inline(noisy))
    expect(await call('calendar_find_slot', { day: 'monday' })).toMatchObject({ output: { slot: '10:30' } })
  })
})

describe('an MCP server that cannot be used', () => {
  const failure = (...mcp: McpServer[]) => open(...mcp).catch((error: unknown) => error)

  it.each<[what: string, mcp: McpServer, message: RegExp, hint: RegExp]>([
    [
      'is not installed',
      server({ command: 'no-such-program-here' }),
      /^the tool server calendar cannot be started \(ENOENT\)$/,
      /Check that no-such-program-here is installed/,
    ],
    [
      'has no folder',
      server({ folder: '/no/such/folder' }),
      /cannot be started \(ENOENT\)$/,
      /folder exists/,
    ],
    [
      'ends at once',
      server({
        args: ['-e', `console.error('one\\n\\x1b[31mno ${TOKEN}\\x1b[0m here'); process.exit(7)`],
        env: { TOKEN },
      }),
      /^the tool server calendar ended before it was ready \(exit code 7\): \[31mno \[redacted\] \[0m here$/,
      /by hand/,
    ],
    [
      'speaks another protocol',
      inline(
        `process.stdin.on('data', () => console.log('{"jsonrpc":"2.0","id":0,"error":{"code":-1,"message":"go\\\\naway"}}'))`,
      ),
      /^the tool server calendar failed: go away$/,
      /by hand/,
    ],
    [
      'lacks a function that is wanted',
      server({}, { tools: ['find_slot', 'fly', 'swim'] }),
      /^the tool server calendar has no function fly, swim$/,
      /^It has: find_slot, picture, slow/,
    ],
  ])('%s: says so, with a remedy, and leaves nothing running', async (_what, mcp, message, hint) => {
    const expectNothingLeft = watchForLeaks()
    expect(await failure(mcp)).toMatchObject({
      code: 'tools-failed',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
    await expectNothingLeft()
  })

  it('leaves no other server running', async () => {
    const expectNothingLeft = watchForLeaks()
    const other = server({}, { name: 'other' })
    expect(await failure(other, inline('process.exit(1)'))).toMatchObject({ code: 'tools-failed' })
    await expectNothingLeft()
  })

  it('is given up when it says nothing', async () => {
    const expectNothingLeft = watchForLeaks()
    const silent = inline(`console.error('still downloading'); process.stdin.resume()`)
    const opening = openMcpServer(silent, { signal: never, warn: () => {}, withinMs: 500 })
    await expect(opening).rejects.toMatchObject({
      message: 'the tool server calendar was not ready within 0.5 seconds: still downloading',
      hint: expect.stringMatching(/first time/),
    })
    await expectNothingLeft()
  })

  it('is given up when the opening is aborted', async () => {
    const expectNothingLeft = watchForLeaks()
    const stop = new AbortController()
    const opening = openToolbox(
      { http: [], mcp: [inline('process.stdin.resume()')] },
      { signal: stop.signal, warn: () => {} },
    )
    setTimeout(() => stop.abort(new Error('stopped')), 100)
    await expect(opening).rejects.toThrow('stopped')
    await expectNothingLeft()
  })

  it('has namesakes: two functions of one name are refused', async () => {
    expect(await failure(server(), server())).toMatchObject({
      code: 'tools-failed',
      message: 'two tools have the name calendar_find_slot',
    })
  })
})
