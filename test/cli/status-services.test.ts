import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../stories/spawned.ts'
import { openBench, reportWith, statesOf } from './status-bench.ts'

const CALLEE = '+12025550123'

describe('status and Gemini', () => {
  it('fails for a key that is not accepted, and skips what needs one', async () => {
    const bench = await openBench()
    const report = await bench.report({}, { settings: { GOOGLE_API_KEY: 'wrong' } })
    expect(report.of('gemini-key')).toMatchObject({
      state: 'failed',
      detail: 'Gemini does not accept the API key (HTTP 400: API key not valid. Please pass a valid API key)',
      hint: expect.stringContaining('https://aistudio.google.com/apikey'),
    })
    expect(report.of('gemini-model')).toMatchObject({
      state: 'skipped',
      detail: 'needs a key that Gemini accepts',
    })
    expect(statesOf(report)).toMatchObject({ 'twilio-account': 'ok', 'public-address': 'ok' })
  })

  it('fails without the model, and names those that can talk', async () => {
    const models = [
      { name: 'models/gemini-3.8-live', supportedGenerationMethods: ['generateContent'] },
      { name: 'models/gemini-4-live', supportedGenerationMethods: ['bidiGenerateContent'] },
    ]
    const report = await reportWith([{ path: /\/models/, reply: { status: 200, body: { models } } }])
    expect(report.of('gemini-model')).toMatchObject({
      state: 'failed',
      detail: 'this key has no live model gemini-3.8-live',
      hint: 'Choose one of these with --model: gemini-4-live.',
    })
  })

  it.each([
    [429, 'the Gemini quota is used up (HTTP 429: slow down)'],
    [403, 'Gemini does not accept the API key (HTTP 403: slow down)'],
    [503, 'Gemini was reached, but failed to open the session (HTTP 503: slow down)'],
  ])('tells HTTP %i in words', async (code, detail) => {
    const reply = { status: code, body: { error: { code, message: 'slow down', status: 'X' } } }
    const report = await reportWith([{ path: /\/models/, reply }])
    expect(report.of('gemini-key')).toMatchObject({ state: 'failed', detail })
  })

  it('fails, if asked to go deep, when the session never answers', async () => {
    const bench = await openBench({ faults: { modelSilent: true } })
    const report = await bench.report({ deep: true }, { answerMs: 1500 })
    expect(report.of('gemini-session')).toMatchObject({
      state: 'failed',
      detail: 'Gemini did not answer within 1.5 s',
    })
  })

  it('fails, if asked to go deep, when the session opens but says nothing', async () => {
    const bench = await openBench({ faults: { stalls: [{ turn: 1, kind: 'no-answer', nudges: 9 }] } })
    const report = await bench.report({ deep: true }, { answerMs: 1500 })
    expect(report.of('gemini-session').detail).toBe('Gemini opened a session, but said nothing within 1.5 s')
  })
})

describe('status and services that do not answer', () => {
  it.each([
    [/\/Accounts\/AC\w+\.json/, 'twilio-account', 'failed'],
    [/Balance/, 'twilio-balance', 'unknown'],
    [/IncomingPhoneNumbers/, 'calling-number', 'failed'],
    [/Countries/, 'permission', 'unknown'],
    [/Voice\/Numbers/, 'price', 'unknown'],
    [/\/models/, 'gemini-key', 'failed'],
  ])('%s: only its own line is %s', async (path, name, state) => {
    const bench = await openBench({ overrides: [{ path, reply: 'silence' }] })
    const report = await bench.report({ to: CALLEE }, { answerMs: 2000 })
    const unwell = report.checks.filter((check) => check.state !== 'ok' && check.state !== 'skipped')
    expect(unwell).toMatchObject([{ name, state, detail: 'no answer within 2 s' }])
    expect(report.of(name).ms).toBeLessThan(3000)
    expect(report.exitCode).toBe(state === 'failed' ? 2 : 0)
  })

  it('need not hear of caller IDs when the number is one of the account', async () => {
    const bench = await openBench({ overrides: [{ path: /OutgoingCallerIds/, reply: 'silence' }] })
    const report = await bench.report({}, { answerMs: 2000 })
    expect(report.of('calling-number').state).toBe('ok')
  })

  it('names a connection that is refused', async () => {
    const bench = await openBench()
    const nobody = `http://127.0.0.1:${await freePort()}`
    const report = await bench.report(
      {},
      { settings: { TWILIO_BASE_URL: nobody, GOOGLE_GEMINI_BASE_URL: nobody } },
    )
    expect(report.of('twilio-account').detail).toBe('Twilio could not be reached (ECONNREFUSED)')
    expect(report.of('gemini-key').detail).toBe('Gemini could not be reached (ECONNREFUSED)')
    expect(report.of('public-address').state).toBe('ok')
  })
})

/** A proxy of a careless administrator, before `port`. `pass`: which headers of an upgrade go on; undefined: none of it does. */
async function openProxy(port: number, pass?: (name: string) => boolean): Promise<string> {
  const server = createServer(async (request, response) => {
    const answer = await fetch(`http://127.0.0.1:${port}${request.url}`)
    response.writeHead(answer.status).end(await answer.text())
  })
  if (pass)
    server.on('upgrade', async (request, socket) => {
      socket.on('error', () => {})
      const onward = connect(port, '127.0.0.1')
      onward.on('error', () => socket.destroy())
      const headers = Object.entries(request.headers).filter(([name]) => pass(name))
      const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      onward.write(`GET ${request.url} HTTP/1.1\r\n${head}\r\n`)
      onward.pipe(socket).pipe(onward)
    })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return `ws://127.0.0.1:${address.port}`
}

describe('status and the public address', () => {
  const through = async (pass?: (name: string) => boolean) => {
    const bench = await openBench()
    const proxy = await openProxy(Number(bench.settings.PORT), pass)
    return bench.report({}, { settings: { PUBLIC_WS_URL: proxy }, answerMs: 2000 })
  }

  it('is proved through a proxy that passes everything on', async () => {
    expect((await through(() => true)).of('public-address').state).toBe('ok')
  })

  it('fails behind a proxy that drops the signature', async () => {
    const report = await through((name) => name !== 'x-twilio-signature')
    expect(report.of('public-address')).toMatchObject({
      state: 'failed',
      detail: 'the public address does not let through what the carrier signs (403)',
      hint: 'Its proxy has to pass the header X-Twilio-Signature on, unchanged.',
    })
    expect(report.exitCode).toBe(2)
  })

  it('fails behind a proxy that takes a WebSocket for a request', async () => {
    expect((await through()).of('public-address')).toMatchObject({
      state: 'failed',
      detail: 'the public address loses the path of a WebSocket (404)',
    })
  })

  it('fails where the address leads to another program', async () => {
    const bench = await openBench()
    const report = await bench.report(
      {},
      { settings: { PUBLIC_WS_URL: bench.simulation.twilio.baseUrl.replace('http', 'ws') }, answerMs: 1500 },
    )
    expect(report.of('public-address')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('it is not this program that answers'),
      hint: expect.stringContaining(bench.settings.PORT ?? ''),
    })
  })

  it('names the missing PORT when an own address leads nowhere', async () => {
    const bench = await openBench()
    const report = await bench.report({}, { settings: { PORT: '0' }, answerMs: 1500 })
    expect(report.of('public-address')).toMatchObject({
      state: 'failed',
      hint: expect.stringContaining('Set PORT'),
    })
  })

  it('fails when another program has the port', async () => {
    const bench = await openBench()
    const server = createTcpServer().listen(Number(bench.settings.PORT), '127.0.0.1')
    onTestFinished(() => void server.close())
    const report = await bench.report()
    expect(report.of('public-address').detail).toContain('already in use')
  })
})
