import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { CallErrorCode } from '../../src/call/error.ts'
import { checkModel, type ModelQuestion } from '../../src/gemini/api.ts'

const apiKey = 'AIzaSyCanary0123456789'

async function ask(listener: RequestListener, change: Partial<ModelQuestion> = {}) {
  const server = createServer(listener)
  const requests: IncomingMessage[] = []
  server.on('request', (request) => requests.push(request))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signal = new AbortController().signal
  const answer = await checkModel({ apiKey, baseUrl, model: 'gemini-3.8-live', signal, ...change })
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  return { answer, request: requests[0] }
}

const reply =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

describe('asking for a model', () => {
  it('is content with one that holds live sessions', async () => {
    const { answer, request } = await ask(
      reply(200, { name: 'models/gemini-3.8-live', supportedGenerationMethods: ['bidiGenerateContent'] }),
    )
    expect(answer).toEqual({ ok: true })
    expect(request).toMatchObject({ method: 'GET', url: '/v1beta/models/gemini-3.8-live' })
    expect(request?.headers['x-goog-api-key']).toBe(apiKey)
  })

  it('takes an id with its prefix, and a strange one as one segment of the path', async () => {
    const ok = reply(200, { supportedGenerationMethods: ['bidiGenerateContent'] })
    expect((await ask(ok, { model: 'models/a' })).request?.url).toBe('/v1beta/models/a')
    expect((await ask(ok, { model: '../x?key=1' })).request?.url).toBe('/v1beta/models/..%2Fx%3Fkey%3D1')
  })

  it.each<[number, unknown, CallErrorCode]>([
    [200, { supportedGenerationMethods: ['generateContent'] }, 'model-not-found'],
    [200, 'nonsense', 'model-not-found'],
    [400, { error: { message: 'API key not valid. Please pass a valid API key.' } }, 'model-key'],
    [403, {}, 'model-key'],
    [404, { error: { message: 'models/x is not found for API version v1beta' } }, 'model-not-found'],
    [404, {}, 'model-unreachable'],
    [429, {}, 'model-quota'],
    [500, {}, 'model-unreachable'],
  ])('says what HTTP %i %j means', async (status, body, code) => {
    const { answer } = await ask(reply(status, body))
    expect(answer).toMatchObject({ ok: false, error: { code } })
  })

  it('gives up on a server that does not answer, or not to the end', async () => {
    const silent = await ask(() => {}, { timeoutMs: 150 })
    expect(silent.answer).toMatchObject({ ok: false, error: { code: 'model-silent' } })
    const endless = await ask((_request, response) => response.write('{'), { timeoutMs: 150 })
    expect(endless.answer).toMatchObject({ ok: false })
  })

  it('stops when told', async () => {
    const abort = new AbortController()
    const { answer } = await ask(() => abort.abort(), { signal: abort.signal })
    expect(answer).toMatchObject({ ok: false, error: { message: 'Connecting to Gemini was cancelled' } })
  })

  it.each([
    ['nobody listens', { baseUrl: 'http://127.0.0.1:1' }, 'model-unreachable'],
    ['the address is none', { baseUrl: 'nonsense' }, 'model-unreachable'],
    ['the key cannot be sent', { apiKey: 'a\nb' }, 'model-key'],
  ] as const)('never rejects, even when %s', async (_name, change, code) => {
    const { answer } = await ask(reply(200, {}), change)
    expect(answer).toMatchObject({ ok: false, error: { code } })
  })
})
