import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { type SimulatedGemini, startSimulatedGemini } from '../../src/sim/gemini/simulated-gemini.ts'
import { createSpeech } from '../../src/sim/speech.ts'
import { agent, MODEL, openRaw, scenarioOf } from './gemini-client.ts'

const SETUP = { model: `models/${MODEL}` }
const INVALID = { code: 1007, reason: 'Request contains an invalid argument.' }
const unknown = (name: string, path: string) => ({
  code: 1007,
  reason: `Invalid JSON payload received. Unknown name "${name}" at '${path}': Cannot find field.`,
})

describe('the simulated Gemini refuses', () => {
  let gemini: SimulatedGemini
  beforeAll(async () => {
    const scenario = scenarioOf([agent('Hello.')])
    gemini = await startSimulatedGemini({ scenario, clock: createClock(10), speech: createSpeech().agent })
  })
  afterAll(() => gemini.close())

  const afterFirst = async (message: unknown) => {
    const client = await openRaw(gemini)
    client.send(message)
    return client.closed
  }
  const afterSetup = async (message: unknown) => {
    const client = await openRaw(gemini)
    client.send({ setup: SETUP })
    await client.frame(0)
    client.send(message)
    return client.closed
  }

  it('a wrong key with the words of the real service', async () => {
    const { closed } = await openRaw(gemini, { key: 'wrong' })
    const reason = 'API key not valid. Please pass a valid API key.'
    expect(await closed).toEqual({ code: 1007, reason })
  })
  it('a missing key, in a reason cut to what a close frame holds', async () => {
    const { closed } = await openRaw(gemini, { key: '' })
    const { code, reason } = await closed
    expect(code).toBe(1008)
    expect(reason).toMatch(/^Method doesn't allow unregistered callers/)
    expect(reason).toHaveLength(123)
  })
  it('another path before the upgrade', async () => {
    await expect(openRaw(gemini, { path: '/ws/other' })).rejects.toThrow('404')
  })
  it('an unknown model with a reason cut at 123 bytes', async () => {
    const reason =
      'models/gemini-2.0 is not found for API version v1beta, or is not supported for bidiGenerateContent. Call ListModels to see'
    const { code, reason: told } = await afterFirst({ setup: { model: 'models/gemini-2.0' } })
    expect({ code, told }).toEqual({ code: 1008, told: `${reason} ` })
  })

  const setups: [string, Record<string, unknown>, { code: number; reason: string }][] = [
    ['an unknown field', { temperature: 1 }, unknown('temperature', 'setup')],
    [
      'a nested unknown field',
      { generationConfig: { speechConfig: { voice: 'Kore' } } },
      unknown('voice', 'setup.generation_config.speech_config'),
    ],
    [
      'affective dialog',
      { generationConfig: { enableAffectiveDialog: true } },
      unknown('enableAffectiveDialog', 'setup.generation_config'),
    ],
    [
      'a value of the wrong kind',
      { inputAudioTranscription: true },
      { code: 1007, reason: "Invalid value at 'setup.input_audio_transcription' (message), true" },
    ],
    ['any thinkingConfig', { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, INVALID],
    ['proactive audio switched off', { proactivity: { proactiveAudio: false } }, INVALID],
    ['text as modality', { generationConfig: { responseModalities: ['TEXT'] } }, INVALID],
    ['an empty list of tools', { tools: [] }, INVALID],
    ['a tool without a function', { tools: [{ functionDeclarations: [] }] }, INVALID],
    [
      'a resumption handle that it never gave',
      { sessionResumption: { handle: 'x' } },
      { code: 1008, reason: 'BidiGenerateContent session not found' },
    ],
  ]
  it.each(setups)('%s in the setup', async (_, more, refusal) => {
    expect(await afterFirst({ setup: { ...SETUP, ...more } })).toEqual(refusal)
  })

  const declared = (...functionDeclarations: unknown[]) => ({ tools: [{ functionDeclarations }] })
  const schema = (parametersJsonSchema: unknown) => declared({ name: 'f', parametersJsonSchema })
  const declarations: [string, Record<string, unknown>, string?][] = [
    ['parameters that are no object', schema({ type: 'string' })],
    ['parameters without a type', schema({ properties: {} })],
    ['a type that JSON Schema does not know', schema({ type: 'OBJECT' })],
    ['such a type deep inside', schema({ type: 'object', properties: { a: { items: { type: 'text' } } } })],
    [
      'such a type among several',
      schema({ type: 'object', properties: { a: { anyOf: [{ type: 'int' }] } } }),
    ],
    ['properties that are a list', schema({ type: 'object', properties: [] })],
    ['a property that is no schema', schema({ type: 'object', properties: { a: 'string' } })],
    ['required as a word', schema({ type: 'object', required: 'a' })],
    [
      'both kinds of parameters',
      declared({ name: 'f', parameters: {}, parametersJsonSchema: { type: 'object' } }),
    ],
    ['an unknown behaviour', declared({ name: 'f', behavior: 'LAZY' })],
    ['a name with a space', declared({ name: 'end call' })],
    ['a name twice', declared({ name: 'f' }, { name: 'f' }), 'Duplicate function declaration found: f'],
    [
      'a name twice in two tools',
      { tools: [{ functionDeclarations: [{ name: 'f' }] }, { functionDeclarations: [{ name: 'f' }] }] },
      'Duplicate function declaration found: f',
    ],
    [
      'more than 512 functions',
      declared(...Array.from({ length: 513 }, (_, n) => ({ name: `f${n}` }))),
      'tools[0].function_declarations: [FIELD_INVALID] At most 512 function declarations can be specified.',
    ],
  ]
  it.each(declarations)('%s in a declaration', async (_, more, reason = INVALID.reason) => {
    expect(await afterFirst({ setup: { ...SETUP, ...more } })).toEqual({ code: 1007, reason })
  })
  it('no schema that JSON Schema allows', async () => {
    const client = await openRaw(gemini)
    const parametersJsonSchema = {
      type: 'object',
      properties: {
        day: { type: ['string', 'null'], enum: ['today', 'tomorrow', null] },
        people: { type: 'array', items: { $ref: '#/$defs/person' }, minItems: 1 },
        any: true,
      },
      required: ['day'],
      additionalProperties: false,
      $defs: { person: { anyOf: [{ type: 'string' }, { type: 'object', properties: {} }] } },
    }
    client.send({ setup: { ...SETUP, ...declared({ name: 'f' }, { name: 'g', parametersJsonSchema }) } })
    expect((await client.frame(0))?.text).toContain('setupComplete')
    client.socket.close()
    await client.closed
  })

  it('anything before the setup', async () => {
    expect(await afterFirst({ realtimeInput: { text: 'Hello' } })).toEqual(INVALID)
  })
  it('client content between setup and setupComplete', async () => {
    const client = await openRaw(gemini)
    client.send({ setup: SETUP })
    client.send({ clientContent: { turns: [], turnComplete: true } })
    expect(await client.closed).toEqual(INVALID)
  })
  it('what is no JSON', async () => {
    const client = await openRaw(gemini)
    client.socket.send('hello')
    expect((await client.closed).reason).toMatch(/^Invalid JSON payload received\./)
  })

  const odd = Buffer.from([1, 2, 3]).toString('base64')
  const later: [string, unknown, string][] = [
    ['a second setup', { setup: SETUP }, INVALID.reason],
    ['two kinds in one message', { realtimeInput: { text: 'a' }, clientContent: {} }, INVALID.reason],
    ['an empty message', {}, INVALID.reason],
    [
      'an unknown kind',
      { hello: {} },
      'Invalid JSON payload received. Unknown name "hello": Cannot find field.',
    ],
    [
      'the old mediaChunks',
      { realtimeInput: { mediaChunks: [] } },
      'realtime_input.media_chunks is deprecated. Use audio, video, or text instead.',
    ],
    [
      'sound of another kind',
      { realtimeInput: { audio: { mimeType: 'audio/pcmu', data: 'AAAA' } } },
      'Mime type audio/pcmu is not supported.',
    ],
    [
      'half a sample',
      { realtimeInput: { audio: { mimeType: 'audio/pcm;rate=16000', data: odd } } },
      INVALID.reason,
    ],
    [
      'broken base64',
      { realtimeInput: { audio: { mimeType: 'audio/pcm;rate=16000', data: '?' } } },
      "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), Base64 decoding failed.",
    ],
    [
      'a tool response without an id',
      { toolResponse: { functionResponses: [{ name: 'f', response: {} }] } },
      INVALID.reason,
    ],
    [
      'a turn of the system',
      { clientContent: { turns: [{ role: 'system', parts: [{ text: 'a' }] }] } },
      'Please use a valid role: user, model.',
    ],
    [
      'activity marks while it detects voices itself',
      { realtimeInput: { activityStart: {} } },
      'Explicit activity control is not supported when automatic activity detection is enabled.',
    ],
  ]
  it.each(later)('%s after the setup', async (_, message, reason) => {
    expect(await afterSetup(message)).toEqual({ code: 1007, reason })
    expect(gemini.sessions.at(-1)).toMatchObject({
      violations: [reason],
      closed: { code: 1007, by: 'server' },
    })
  })

  it('nothing of a full and correct setup, by header key and on the double slash of the SDK', async () => {
    const client = await openRaw(gemini, {
      key: 'overruled-by-the-header',
      headers: { 'x-goog-api-key': gemini.apiKey },
      path: '//ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
    })
    const setup = {
      ...SETUP,
      generationConfig: {
        responseModalities: ['AUDIO'],
        temperature: 0.7,
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'en-US' },
      },
      systemInstruction: { role: 'user', parts: [{ text: 'Be kind.' }] },
      tools: [
        {
          functionDeclarations: [
            {
              name: 'end_call',
              description: 'Ends.',
              behavior: 'NON_BLOCKING',
              parametersJsonSchema: { type: 'object', properties: {} },
            },
          ],
        },
        { googleSearch: {} },
      ],
      sessionResumption: {},
      inputAudioTranscription: { languageCodes: ['en-US'] },
      outputAudioTranscription: {},
      realtimeInputConfig: {
        automaticActivityDetection: {
          startOfSpeechSensitivity: 'START_SENSITIVITY_LOW',
          endOfSpeechSensitivity: 'END_SENSITIVITY_HIGH',
          prefixPaddingMs: 20,
          silenceDurationMs: 500,
        },
        activityHandling: 'START_OF_ACTIVITY_INTERRUPTS',
        turnCoverage: 'TURN_INCLUDES_ONLY_ACTIVITY',
      },
      contextWindowCompression: { triggerTokens: '25000', slidingWindow: { targetTokens: '8000' } },
    }
    client.send({ setup })
    expect(await client.frame(0)).toEqual({ binary: true, text: '{\n  "setupComplete": {}\n}\n' })
    expect(gemini.sessions.at(-1)).toMatchObject({ setup, violations: [] })
    client.socket.close()
    await client.closed
    expect(await gemini.waitFor((sessions) => sessions.at(-1)?.closed)).toMatchObject({ by: 'client' })
  })
})

describe('the simulated model list', () => {
  const started = startSimulatedGemini({
    scenario: scenarioOf([]),
    clock: createClock(),
    speech: createSpeech().agent,
  })
  afterAll(async () => (await started).close())
  const get = async (path: string, key: string | undefined) => {
    const { baseUrl, apiKey } = await started
    const headers = key === undefined ? {} : { 'x-goog-api-key': key === 'good' ? apiKey : key }
    const response = await fetch(`${baseUrl}${path}`, { headers })
    return { status: response.status, body: (await response.json()) as unknown }
  }

  it('names the live model and what it can do', async () => {
    const { status, body } = await get('/v1beta/models?pageSize=1000', 'good')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({
          name: 'models/gemini-3.8-live',
          supportedGenerationMethods: ['bidiGenerateContent'],
        }),
      ]),
    })
  })
  it('gives one model, or 404', async () => {
    expect(await get('/v1beta/models/gemini-3.8-live', 'good')).toMatchObject({
      status: 200,
      body: { name: 'models/gemini-3.8-live' },
    })
    expect(await get('/v1beta/models/gemini-9', 'good')).toMatchObject({
      status: 404,
      body: { error: { code: 404, status: 'NOT_FOUND' } },
    })
  })
  it('refuses a wrong key and no key as Google does', async () => {
    expect(await get('/v1beta/models', 'wrong')).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 400,
          status: 'INVALID_ARGUMENT',
          message: 'API key not valid. Please pass a valid API key.',
          details: [{ reason: 'API_KEY_INVALID' }, {}],
        },
      },
    })
    expect(await get('/v1beta/models', undefined)).toMatchObject({ status: 403 })
  })
})
