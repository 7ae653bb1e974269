import { expect, it, onTestFinished } from 'vitest'
import { listLiveModels } from '../../src/gemini/list-models.ts'
import { serve } from '../tools/serve.ts'

it.each([301, 302, 307, 308])('does not carry the key to where an answer with %i leads', async (status) => {
  const visitors: unknown[] = []
  const elsewhere = await serve((request, response) => {
    visitors.push(request.headers)
    response.end('{"models":[]}')
  })
  onTestFinished(elsewhere.close)
  const here = await serve((_request, response) => {
    response.writeHead(status, { location: `${elsewhere.origin}/v1beta/models` }).end()
  })
  onTestFinished(here.close)
  const listing = listLiveModels({ apiKey: 'test-key', baseUrl: here.origin }, new AbortController().signal)
  await expect(listing).rejects.toMatchObject({ code: 'model-unreachable' })
  expect(visitors).toEqual([])
})
