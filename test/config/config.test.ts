import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { type CallFlags, flagName } from '../../src/config/call-flags.ts'
import { type ConfigInput, callsFolder, parseConfig, parseSimulatedPlan } from '../../src/config/config.ts'
import { DEFAULT_SCRIPT } from '../../src/config/script/script.ts'
import { parseServices } from '../../src/config/services.ts'
import { type Settings, secretsOf } from '../../src/config/settings.ts'

const COMPLETE: Settings = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'twilio-secret',
  TWILIO_PHONE_NUMBER: '+1 202 555 0199',
  GOOGLE_API_KEY: 'google-secret',
  NGROK_AUTHTOKEN: 'ngrok-secret',
}

const SIMULATED: Settings = {
  TWILIO_BASE_URL: 'http://127.0.0.1:4001',
  GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:4002',
  TWILIO_ACCOUNT_SID: 'ACsimulated',
  TWILIO_AUTH_TOKEN: 'simulated',
  TWILIO_PHONE_NUMBER: '+12025550100',
  GOOGLE_API_KEY: 'simulated',
}

function input(
  settings: Settings,
  flags: Partial<CallFlags> = {},
  rest: Partial<ConfigInput> = {},
): ConfigInput {
  return {
    number: { e164: '+14155550123', country: 'US', warnings: [] },
    prompt: { value: 'Be kind.' },
    out: undefined,
    scenario: undefined,
    script: DEFAULT_SCRIPT,
    scriptProblems: [],
    transferTo: [],
    flags,
    nameOf: ({ flag }) => flagName(flag),
    settings,
    defaultHome: '/data/ai-caller',
    warnings: [],
    ...rest,
  }
}

function refusal(decide: () => unknown): CallError {
  try {
    decide()
  } catch (error) {
    if (error instanceof CallError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a complete configuration', () => {
  it('is decided with the defaults of every flag', () => {
    expect(parseConfig(input(COMPLETE))).toEqual({
      carrier: { accountSid: COMPLETE.TWILIO_ACCOUNT_SID, authToken: 'twilio-secret' },
      model: { apiKey: 'google-secret' },
      ingress: { port: 0, address: { via: 'ngrok', authtoken: 'ngrok-secret' } },
      request: {
        to: '+14155550123',
        from: '+12025550199',
        voice: 'Kore',
        model: 'gemini-3.8-live',
        prompt: 'Be kind.',
        speaksFirst: 'agent',
        greeting: undefined,
        language: undefined,
        maxDurationMs: 300_000,
        maxTurns: undefined,
        silenceTimeoutMs: 15_000,
        voiceActivity: {
          startSensitivity: 'high',
          endSensitivity: 'low',
          prefixPaddingMs: 20,
          silenceDurationMs: 500,
        },
        ringTimeoutMs: 45_000,
        inputRate: 16_000,
        farewells: [],
        digits: undefined,
        detectMachine: false,
        onMachine: { type: 'hangup' },
        transferTo: [],
      },
      tools: { http: [], mcp: [] },
      script: undefined,
      secrets: [],
      home: resolve('/data/ai-caller'),
      out: undefined,
      record: true,
      output: { json: false, quiet: false, verbose: false },
      warnings: [],
    })
  })

  it('takes every flag', () => {
    const flags = {
      voice: 'Puck',
      model: 'models/gemini-x',
      greeting: ' Hello. ',
      language: 'en-gb',
      from: '+442079460958',
      maxDuration: '90s',
      maxTurns: '12',
      silenceTimeout: '1m',
      startSensitivity: 'low',
      endSensitivity: 'high',
      prefixPadding: '0s',
      silenceDuration: '800ms',
      ringTimeout: '20s',
      inputRate: '8000',
      publicUrl: 'https://calls.example.com/ws/',
      port: '8080',
      record: false,
      json: true,
      quiet: true,
    }
    const config = parseConfig(input(COMPLETE, flags, { out: { value: resolve('kept') } }))
    expect(config.request).toMatchObject({
      from: '+442079460958',
      voice: 'Puck',
      model: 'gemini-x',
      speaksFirst: 'agent',
      greeting: 'Hello.',
      language: 'en-GB',
      maxDurationMs: 90_000,
      maxTurns: 12,
      silenceTimeoutMs: 60_000,
      voiceActivity: {
        startSensitivity: 'low',
        endSensitivity: 'high',
        prefixPaddingMs: 0,
        silenceDurationMs: 800,
      },
      ringTimeoutMs: 20_000,
      inputRate: 8000,
    })
    expect(config.ingress).toEqual({ port: 8080, address: { via: 'own', url: 'wss://calls.example.com/ws' } })
    expect(config).toMatchObject({ out: resolve('kept'), record: false })
    expect(config.output).toEqual({ json: true, quiet: true, verbose: false })
    expect(callsFolder(config)).toBe(resolve('kept'))
  })

  it('lets the person speak first when the greeting is the word none, and only then', () => {
    const opening = (greeting?: string) => {
      const { request } = parseConfig(input(COMPLETE, greeting === undefined ? {} : { greeting }))
      return [request.speaksFirst, request.greeting]
    }
    expect(opening('none')).toEqual(['person', undefined])
    expect(opening()).toEqual(['agent', undefined])
    for (const words of ['None', 'none.', 'none of us']) expect(opening(words)).toEqual(['agent', words])
  })

  it('takes every setting', () => {
    const config = parseConfig(
      input({
        ...COMPLETE,
        NGROK_DOMAIN: 'Calls.ngrok.app',
        NGROK_SERVER_ADDR: '127.0.0.1:4443',
        NGROK_ROOT_CAS: 'host',
        TWILIO_BASE_URL: 'http://127.0.0.1:4001/',
        GOOGLE_GEMINI_BASE_URL: 'https://proxy.example.com/gemini/',
        PORT: '4000',
        AI_CALLER_HOME: '/kept',
      }),
    )
    expect(config.carrier.baseUrl).toBe('http://127.0.0.1:4001')
    expect(config.model.baseUrl).toBe('https://proxy.example.com/gemini')
    expect(config.ingress).toEqual({
      port: 4000,
      address: {
        via: 'ngrok',
        authtoken: 'ngrok-secret',
        domain: 'calls.ngrok.app',
        serverAddr: '127.0.0.1:4443',
        rootCas: 'host',
      },
    })
    expect(callsFolder(config)).toBe(resolve('/kept/calls'))
  })

  it('needs no ngrok with an address of its own, and warns when that leads to no known port', () => {
    const { NGROK_AUTHTOKEN: _, ...settings } = COMPLETE
    const own = { ...settings, PUBLIC_WS_URL: 'wss://calls.example.com/ws' }
    expect(parseConfig(input({ ...own, PORT: '4000' }))).toMatchObject({
      ingress: { port: 4000, address: { via: 'own', url: 'wss://calls.example.com/ws' } },
      warnings: [],
    })
    expect(parseConfig(input(own)).warnings).toEqual([expect.objectContaining({ code: 'port-not-set' })])
  })

  it('reads GEMINI_API_KEY when there is no GOOGLE_API_KEY', () => {
    const { GOOGLE_API_KEY: _, ...settings } = COMPLETE
    expect(parseConfig(input({ ...settings, GEMINI_API_KEY: 'second' })).model.apiKey).toBe('second')
    expect(parseConfig(input({ ...COMPLETE, GEMINI_API_KEY: 'second' })).model.apiKey).toBe('google-secret')
  })

  it('keeps the warnings of the number and of the doors', () => {
    const [first, second] = ['a', 'b'].map((code) => ({ code, message: code }))
    const number = { e164: '+15551234567', country: undefined, warnings: second ? [second] : [] }
    const config = parseConfig(input(COMPLETE, {}, { number, warnings: first ? [first] : [] }))
    expect(config.warnings.map(({ code }) => code)).toEqual(['a', 'b'])
  })
})

describe('problems', () => {
  it('are all told at once, each by name with where to get it', () => {
    const { code, message, hint } = refusal(() => parseConfig(input({})))
    expect(code).toBe('settings')
    for (const [name, place] of [
      ['TWILIO_ACCOUNT_SID', 'console.twilio.com'],
      ['TWILIO_AUTH_TOKEN', 'console.twilio.com'],
      ['TWILIO_PHONE_NUMBER', 'console.twilio.com'],
      ['GOOGLE_API_KEY', 'aistudio.google.com'],
      ['NGROK_AUTHTOKEN', 'dashboard.ngrok.com'],
    ]) {
      expect(message).toMatch(new RegExp(`^  ${name} is missing: .*${place}`, 'm'))
    }
    expect(message.split('\n')).toHaveLength(6)
    expect(hint).toContain('.env')
  })

  it('of flags, prompt, number and settings come together', () => {
    const number = new CallError('number-refused', "'911' is an emergency number")
    const scenario = new CallError('usage', 'there is no scenario called x', { hint: 'Give another.' })
    const flags = {
      maxDuration: '5h',
      ringTimeout: '1s',
      inputRate: '44100',
      language: '!!',
      greeting: ' ',
      port: 'x',
      quiet: true,
      verbose: true,
    }
    const wrong = { prompt: { wrong: 'names an empty file' }, out: { wrong: 'names a file' } }
    const rest = { number, scenario, ...wrong }
    const { code, message } = refusal(() =>
      parseConfig(input({ ...COMPLETE, TWILIO_AUTH_TOKEN: 'a b' }, flags, rest)),
    )
    expect(code).toBe('settings')
    expect(message.split('\n').map((line) => line.trim().split(' ')[0])).toEqual([
      ...[
        '12',
        "'911'",
        'there',
        '--max-duration',
        '--ring-timeout',
        '--input-rate',
        '--prompt',
        '--greeting',
        '--language',
      ],
      ...['--out', '--quiet', 'TWILIO_AUTH_TOKEN', '--port'],
    ])
  })

  it('of the number alone stay what they are', () => {
    const number = new CallError('number-refused', "'911' is an emergency number")
    expect(refusal(() => parseConfig(input(COMPLETE, {}, { number })))).toBe(number)
  })

  it('of a single flag are one line of usage', () => {
    const { code, message, hint } = refusal(() => parseConfig(input(COMPLETE, { inputRate: '44100' })))
    expect({ code, message, hint }).toEqual({
      code: 'usage',
      message: "--input-rate must be 8000, 16000 or 24000, not '44100'",
      hint: undefined,
    })
  })

  it.each<[keyof CallFlags, string, string]>([
    ['maxTurns', '0', '--max-turns must be a number from 1 to 1000'],
    ['maxTurns', '1001', '--max-turns must be a number from 1 to 1000'],
    ['maxTurns', '1.5', '--max-turns must be a number from 1 to 1000'],
    ['silenceTimeout', '2999ms', '--silence-timeout must be from 3s to 10m'],
    ['silenceTimeout', '11m', '--silence-timeout must be from 3s to 10m'],
    ['startSensitivity', 'medium', "--start-sensitivity must be high or low, not 'medium'"],
    ['endSensitivity', 'HIGH', "--end-sensitivity must be high or low, not 'HIGH'"],
    ['prefixPadding', '1001ms', '--prefix-padding must be from 0s to 1s'],
    ['silenceDuration', '99ms', '--silence-duration must be from 100ms to 5s'],
    ['silenceDuration', '6s', '--silence-duration must be from 100ms to 5s'],
  ])('of %s=%s name the flag and what it takes', (flag, value, words) => {
    const { code, message } = refusal(() => parseConfig(input(COMPLETE, { [flag]: value })))
    expect(code).toBe('usage')
    expect(message).toContain(words)
  })

  it('include a silence that ends the call before the model notices the end of a turn', () => {
    const flags = { silenceTimeout: '4s', silenceDuration: '4s' }
    expect(refusal(() => parseConfig(input(COMPLETE, flags))).message).toBe(
      '--silence-timeout must be longer than --silence-duration',
    )
    expect(parseConfig(input(COMPLETE, { ...flags, silenceDuration: '3s' })).request.silenceTimeoutMs).toBe(
      4000,
    )
  })

  it.each<[keyof Settings, string, string]>([
    ['TWILIO_ACCOUNT_SID', 'SK0123', 'is an API key'],
    ['TWILIO_ACCOUNT_SID', '0123', 'must start with AC'],
    ['TWILIO_ACCOUNT_SID', 'AC01 23', 'only letters and digits'],
    ['TWILIO_AUTH_TOKEN', 'two words', 'no spaces'],
    ['TWILIO_PHONE_NUMBER', '2025550123', 'E.164'],
    ['GOOGLE_API_KEY', 'schlüssel', 'plain ASCII'],
    ['NGROK_AUTHTOKEN', 'a\tb', 'no spaces'],
    ['NGROK_DOMAIN', 'https://a.ngrok.app', 'host name alone'],
    ['NGROK_SERVER_ADDR', 'https://a.example', 'host:port'],
    ['PORT', '65536', '0 to 65535'],
    ['PORT', '80a', '0 to 65535'],
    ['PORT', '-1', '0 to 65535'],
    ['PUBLIC_WS_URL', 'calls.example.com', 'must be an address such as'],
    ['PUBLIC_WS_URL', 'tcp://calls.example.com', 'must be an address such as'],
    ['PUBLIC_WS_URL', 'ws://calls.example.com/ws', 'this machine only'],
    ['PUBLIC_WS_URL', 'http://127.0.0.1.example.com', 'this machine only'],
    ['PUBLIC_WS_URL', 'wss://calls.example.com/ws?a=1', 'no query'],
    ['PUBLIC_WS_URL', 'wss://calls.example.com/ws?', 'no query'],
    ['PUBLIC_WS_URL', 'wss://calls.example.com/#x', 'no query'],
    ['PUBLIC_WS_URL', 'wss://user:pw@calls.example.com', 'no password'],
    ['PUBLIC_WS_URL', 'ws://127.0.0.1:4000/ws', 'that Twilio can reach: 127.0.0.1 leads to this machine'],
    ['PUBLIC_WS_URL', 'wss://192.168.1.5/ws', 'that Twilio can reach'],
    ['PUBLIC_WS_URL', 'https://[fd00::1]:8443', 'that Twilio can reach'],
    ['TWILIO_BASE_URL', 'http://api.example.com', 'this machine only'],
    ['TWILIO_BASE_URL', 'wss://api.example.com', 'https://api.example.com'],
    ['GOOGLE_GEMINI_BASE_URL', 'http://192.168.0.1', 'this machine only'],
    ['GOOGLE_GEMINI_BASE_URL', 'https://a.example?key=1', 'no query'],
  ])('%s=%s is refused by name: %s', (name, value, words) => {
    const { code, message } = refusal(() => parseConfig(input({ ...COMPLETE, [name]: value })))
    expect(code).toBe('settings')
    expect(message.startsWith(`${name} `)).toBe(true)
    expect(message).toContain(words)
  })

  it.each([
    'ws://localhost:4000',
    'http://127.0.0.1:4000/ws',
    'ws://[::1]:4000',
    'ws://a.localhost',
    'wss://x.example',
  ])('are none with PUBLIC_WS_URL=%s where Twilio may be on this machine, too', (PUBLIC_WS_URL) => {
    const simulated = { ...COMPLETE, TWILIO_BASE_URL: 'http://127.0.0.1:4010' }
    expect(parseServices({ ...simulated, PUBLIC_WS_URL }).problems).toEqual([])
  })

  it('never repeat a secret', () => {
    const secret = 'do not show'
    const names = ['TWILIO_AUTH_TOKEN', 'GOOGLE_API_KEY', 'NGROK_AUTHTOKEN'] as const
    const settings = { ...COMPLETE, ...Object.fromEntries(names.map((name) => [name, secret])) }
    const { message } = refusal(() => parseConfig(input(settings)))
    expect(message.split('\n')).toHaveLength(4)
    expect(message).not.toContain(secret)
    expect(secretsOf(settings)).toEqual([secret, secret, secret])
  })

  it('never repeat what a mistyped address carries', () => {
    const settings = { ...COMPLETE, TWILIO_BASE_URL: 'ftp://user:hush@a.example/?token=hush' }
    expect(refusal(() => parseConfig(input(settings))).message).not.toContain('hush')
  })
})

describe('a simulated call', () => {
  it('needs no settings', () => {
    const plan = parseSimulatedPlan(input({}, { simulate: 'default', maxDuration: '1m' }))
    expect(plan.request).toMatchObject({ to: '+14155550123', maxDurationMs: 60_000 })
  })

  it('has its flags checked all the same', () => {
    const flags = { from: '555', port: 'x', inputRate: '1' }
    const { message } = refusal(() => parseSimulatedPlan(input({}, flags)))
    expect(message).toMatch(/--input-rate/)
    expect(message).toMatch(/--from/)
    expect(message).toMatch(/--port/)
    expect(message).not.toMatch(/missing:/)
  })

  it("takes the simulation's settings for the user's own and stays on this machine", () => {
    const settings = { ...COMPLETE, PUBLIC_WS_URL: 'wss://x.example', PORT: '80', AI_CALLER_HOME: '/kept' }
    const config = parseConfig(input(settings, { publicUrl: 'wss://y.example' }), SIMULATED)
    expect(config.carrier).toEqual({
      accountSid: 'ACsimulated',
      authToken: 'simulated',
      baseUrl: 'http://127.0.0.1:4001',
    })
    expect(config.model).toEqual({ apiKey: 'simulated', baseUrl: 'http://127.0.0.1:4002' })
    expect(config.ingress).toEqual({ port: 0, address: { via: 'loopback' } })
    expect(config.request.from).toBe('+12025550100')
    expect(config.home).toBe(resolve('/kept'))
  })
})
