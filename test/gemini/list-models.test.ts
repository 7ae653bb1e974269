import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { listLiveModels } from '../../src/gemini/list-models.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it.each([301, 302, 307, 308])('does not carry the key to where an answer with %i leads', async (status) => {
  const visitors: IncomingMessage[] = []
  const elsewhere = await serve((request, response) => {
    visitors.push(request)
    response.end('{"models":[]}')
  })
  const baseUrl = await serve((_request, response) => {
    response.writeHead(status, { location: `${elsewhere}/v1beta/models` }).end()
  })
  const listing = listLiveModels({ apiKey: 'test-key', baseUrl }, new AbortController().signal)
  await expect(listing).rejects.toMatchObject({ code: 'model-unreachable' })
  expect(visitors).toEqual([])
})
