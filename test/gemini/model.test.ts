import { afterEach, describe, expect, it } from 'vitest'
import type { ModelEvent, ModelLeg, ModelSetup } from '../../src/call/live-model.ts'
import { createGeminiModel, type GeminiOptions } from '../../src/gemini/model.ts'
import { apiKey, setup, speech, take } from './frames.ts'
import { confirmSetup, type LiveConnection, type LiveServer, startLiveServer } from './live-server.ts'

let server: LiveServer | undefined
let leg: ModelLeg | undefined
afterEach(async () => {
  await leg?.close()
  await server?.close()
  leg = undefined
  server = undefined
})

/** An open session and the server's end of it, its setup already taken. */
async function open(
  change: { setup?: Partial<ModelSetup>; options?: Partial<GeminiOptions> } = {},
  session: (connection: LiveConnection) => void = confirmSetup,
) {
  server = await startLiveServer({ session })
  const model = createGeminiModel({ apiKey, baseUrl: server.baseUrl, ...change.options })
  leg = await model.connect({ ...setup, ...change.setup }, new AbortController().signal)
  const peer = await server.connected()
  const first = await peer.next()
  return { leg, peer, first, events: leg.events[Symbol.asyncIterator]() }
}

/** Lets the model call a function for each id, and takes the events. */
async function callTools(peer: LiveConnection, events: AsyncIterator<ModelEvent>, ids: string[]) {
  peer.send({ toolCall: { functionCalls: ids.map((id) => ({ id, name: 'note', args: {} })) } })
  await take(events, ids.length)
}

describe('opening a session', () => {
  it('sends exactly the setup that gemini-3.8-live takes', async () => {
    const { first } = await open()
    expect(first).toEqual({
      setup: {
        model: 'models/gemini-3.8-live',
        generationConfig: {
          responseModalities: ['AUDIO'],
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
        },
        systemInstruction: { parts: [{ text: 'You order flowers.' }], role: 'user' },
        tools: [
          {
            functionDeclarations: [
              {
                name: 'end_call',
                description: 'Hangs up.',
                behavior: 'NON_BLOCKING',
                parametersJsonSchema: { type: 'object', properties: {} },
              },
            ],
          },
        ],
        sessionResumption: {},
        inputAudioTranscription: {},
        outputAudioTranscription: {},
        realtimeInputConfig: {
          automaticActivityDetection: {
            startOfSpeechSensitivity: 'START_SENSITIVITY_HIGH',
            endOfSpeechSensitivity: 'END_SENSITIVITY_LOW',
            prefixPaddingMs: 20,
            silenceDurationMs: 500,
          },
        },
        contextWindowCompression: { triggerTokens: '25000', slidingWindow: { targetTokens: '8000' } },
      },
    })
  })

  it('sends no empty list of tools', async () => {
    const { first } = await open({ setup: { tools: [] } })
    expect(Object.keys((first as { setup: object }).setup)).not.toContain('tools')
  })

  it('asks at the documented path of v1beta, with the key in the query and in a header, without compression', async () => {
    const { peer } = await open()
    const url = new URL(peer.request.url ?? '', 'http://localhost')
    expect(url.pathname).toBe('/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent')
    expect(url.searchParams.get('key')).toBe(apiKey)
    expect(peer.request.headers['x-goog-api-key']).toBe(apiKey)
    expect(peer.request.headers).not.toHaveProperty('sec-websocket-extensions')
  })

  it('keeps the path of a base URL that has one', async () => {
    server = await startLiveServer({ session: confirmSetup })
    const model = createGeminiModel({ apiKey, baseUrl: `${server.baseUrl}/gemini` })
    leg = await model.connect(setup, new AbortController().signal)
    expect(server.upgrades[0]?.url).toMatch(/^\/gemini\/ws\/google\.ai\./)
  })

  it('survives a server that confirms before it was asked', async () => {
    const { first } = await open({}, (connection) => connection.send({ setupComplete: {} }))
    expect(first).toHaveProperty('setup')
  })

  it('takes text frames as well as binary ones', async () => {
    const { peer, events } = await open({}, ({ ws }) =>
      ws.once('message', () => ws.send('{"setupComplete":{}}')),
    )
    peer.ws.send('{"serverContent":{"interrupted":true}}')
    expect(await take(events, 1)).toEqual([{ type: 'interrupted' }])
  })

  it('prints nothing and goes to Gemini whatever the environment says', async () => {
    const warned: unknown[] = []
    const { warn } = console
    console.warn = (...words: unknown[]) => warned.push(words)
    const before = { ...process.env }
    Object.assign(process.env, {
      GOOGLE_API_KEY: 'one',
      GEMINI_API_KEY: 'two',
      GOOGLE_GENAI_USE_VERTEXAI: 'true',
      GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1',
    })
    try {
      const { peer } = await open()
      expect(peer.request.headers['x-goog-api-key']).toBe(apiKey)
      expect(peer.request.url).toContain('google.ai.generativelanguage.v1beta')
      expect(warned).toEqual([])
    } finally {
      console.warn = warn
      process.env = before
    }
  })
})

describe('an open session', () => {
  it('sends sound with its rate, text as real-time input, and answers of tools with their id', async () => {
    const { leg, peer, events } = await open({ setup: { inputRate: 8000 } })
    await callTools(peer, events, ['a', 'b', 'c'])
    leg.sendAudio(Int16Array.of(0, 1, -1, 32767, -32768).subarray(1))
    leg.sendText('Greet the person now.')
    leg.answerTool({ id: 'a', name: 'note' }, { output: { saved: true } }, false)
    leg.answerTool({ id: 'b', name: 'end_call' }, { output: 'ok' }, true)
    leg.answerTool({ id: 'c', name: 'note' }, { error: 'no such note' }, false)
    const data = Buffer.from([1, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0x80]).toString('base64')
    expect([
      await peer.next(),
      await peer.next(),
      await peer.next(),
      await peer.next(),
      await peer.next(),
    ]).toEqual([
      { realtimeInput: { audio: { data, mimeType: 'audio/pcm;rate=8000' } } },
      { realtimeInput: { text: 'Greet the person now.' } },
      {
        toolResponse: {
          functionResponses: [{ id: 'a', name: 'note', response: { output: { saved: true } } }],
        },
      },
      {
        toolResponse: {
          functionResponses: [
            { id: 'b', name: 'end_call', response: { output: 'ok' }, scheduling: 'SILENT' },
          ],
        },
      },
      {
        toolResponse: { functionResponses: [{ id: 'c', name: 'note', response: { error: 'no such note' } }] },
      },
    ])
  })

  it('names no scheduling to a model that would close because of it', async () => {
    const { leg, peer, events } = await open({ setup: { model: 'gemini-3.8-live-extended-thinking' } })
    await callTools(peer, events, ['b'])
    leg.answerTool({ id: 'b', name: 'end_call' }, { output: 'ok' }, true)
    expect(await peer.next()).toEqual({
      toolResponse: { functionResponses: [{ id: 'b', name: 'end_call', response: { output: 'ok' } }] },
    })
  })

  it('insists by a turn of the user, which the model must answer', async () => {
    const { leg, peer } = await open()
    leg.sendText('Greet the person now.', true)
    expect(await peer.next()).toEqual({
      clientContent: {
        turns: [{ role: 'user', parts: [{ text: 'Greet the person now.' }] }],
        turnComplete: true,
      },
    })
  })

  it('answers each tool call once, and none that was cancelled or never made', async () => {
    const { leg, peer, events } = await open()
    await callTools(peer, events, ['a', 'b'])
    peer.send({ toolCallCancellation: { ids: ['b'] } })
    expect(await take(events, 1)).toEqual([{ type: 'tool-cancelled', ids: ['b'] }])
    for (const id of ['b', 'never', 'a', 'a']) leg.answerTool({ id, name: 'note' }, { output: 1 }, false)
    leg.sendText('after')
    expect(await peer.next()).toMatchObject({ toolResponse: { functionResponses: [{ id: 'a' }] } })
    expect(await peer.next()).toEqual({ realtimeInput: { text: 'after' } })
  })

  it('says its rates', async () => {
    const { leg } = await open()
    expect(leg).toMatchObject({ inputRate: 16000, outputRate: 24000, bufferedBytes: 0 })
  })

  it('joins samples that were split over messages', async () => {
    const { peer, events } = await open()
    peer.send(speech([1, 0, 2]))
    peer.send(speech([0]))
    peer.send(speech([3, 0, 4, 0, 5]))
    peer.send(speech([0, 6, 0]))
    const heard = (await take(events, 4)).flatMap((event) => (event.type === 'audio' ? [...event.pcm] : []))
    expect(heard).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each(['interrupted', 'generationComplete', 'turnComplete'])(
    'does not let an odd byte before %s shift the sound of the next turn',
    async (end) => {
      const { peer, events } = await open()
      peer.send(speech([1, 0, 9]))
      peer.send({ serverContent: { [end]: true } })
      peer.send(speech([2, 0, 3, 0]))
      const heard = (await take(events, 3)).flatMap((event) =>
        event.type === 'audio' ? [[...event.pcm]] : [],
      )
      expect(heard).toEqual([[1], [2, 3]])
    },
  )

  it('does not play sound of an unexpected rate', async () => {
    const { peer, events } = await open()
    peer.send(speech([1, 0], 'audio/pcm;rate=16000'))
    expect(await take(events, 1)).toEqual([
      { type: 'unreadable', detail: 'Gemini sent sound at 16000 Hz, not 24000' },
    ])
  })

  it('passes over every kind of junk and goes on', async () => {
    const { peer, events } = await open()
    const junk = [
      '',
      'hello',
      'null',
      '7',
      '"text"',
      '[]',
      '{',
      '{"text":"x","data":"y"}',
      '{"__proto__":null}',
    ]
    for (const frame of junk) peer.ws.send(frame)
    peer.ws.send(Buffer.from([0xff, 0xfe, 0, 0x80]))
    peer.send({ serverContent: { turnComplete: true } })
    const taken = await take(events, junk.length + 2)
    expect(taken.map((event) => event.type)).toEqual([
      ...[...junk, 'bytes'].map(() => 'unreadable'),
      'turn-complete',
    ])
  })

  it('reads a message of five megabytes', async () => {
    const { peer, events } = await open()
    peer.send(speech(new Array(3_500_000).fill(0)))
    expect(await take(events, 1)).toMatchObject([{ type: 'audio', pcm: { length: 1_750_000 } }])
  })

  it.each([
    [1008, 'models/x is not found for API version v1beta', 'model-not-found'],
    [1011, 'You exceeded your current quota', 'model-quota'],
    [1007, 'API key not valid. Please pass a valid API key.', 'model-key'],
  ])(
    'ends at once, after everything that came before, when the server closes with %i %s',
    async (code, reason, expected) => {
      const { leg, peer, events } = await open()
      peer.send({ serverContent: { interrupted: true } })
      peer.ws.close(code, reason)
      expect(await take(events, 9)).toMatchObject([
        { type: 'interrupted' },
        { type: 'closed', error: { code: expected } },
      ])
      expect(server?.upgrades).toHaveLength(1)
      leg.sendText('too late')
      leg.sendAudio(Int16Array.of(1))
    },
  )

  it('lives on while a quiet server answers pings', async () => {
    const { peer, events } = await open({ options: { pingEveryMs: 50, deadAfterMs: 1000 } })
    let pings = 0
    await new Promise<void>((resolve) => {
      peer.ws.on('ping', () => {
        pings += 1
        if (pings === 25) resolve()
      })
    })
    peer.send({ serverContent: { interrupted: true } })
    expect(await take(events, 1)).toEqual([{ type: 'interrupted' }])
  })
})

describe('closing a session', () => {
  it('sends a close frame, ends the events without a word, and may be done twice', async () => {
    const { leg, peer, events } = await open()
    const code = new Promise((resolve) => {
      peer.ws.on('close', resolve)
    })
    await Promise.all([leg.close(), leg.close()])
    await leg.close()
    expect(await code).toBe(1000)
    expect(await take(events, 9)).toEqual([])
  })

  it('ignores whatever is sent afterwards', async () => {
    const { leg, peer } = await open()
    await leg.close()
    leg.sendAudio(Int16Array.of(1))
    leg.sendText('hello')
    leg.answerTool({ id: 'a', name: 'b' }, { output: 1 }, true)
    expect(peer.received).toHaveLength(1)
  })

  it('cuts the connection after a second when the close frame stays unanswered', async () => {
    const { leg, peer } = await open()
    peer.ws.pause()
    const began = performance.now()
    await leg.close()
    const tookMs = performance.now() - began
    expect(tookMs).toBeGreaterThan(900)
    expect(tookMs).toBeLessThan(2000)
    peer.ws.resume()
  })
})
