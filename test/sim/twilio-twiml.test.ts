import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { describe, expect, it } from 'vitest'
import { parseTwiml } from '../../src/sim/twilio/parse-twiml.ts'
import { startCustomer } from './customer.ts'
import { postCall, startBench } from './twilio-bench.ts'

describe('the TwiML reader of the simulated Twilio', () => {
  it('reads what the vendor’s own builder writes', () => {
    const response = new VoiceResponse()
    response.say({ voice: 'Polly.Amy' }, 'Tom & "Jerry" <3 ✓')
    const stream = response.connect().stream({ url: 'wss://example.com/m/1', name: 'main' })
    stream.parameter({ name: 'run', value: 'a"b&c' })
    response.play({ digits: 'ww12#' })
    response.dial().number('+12025550177')
    response.hangup()
    expect(parseTwiml(response.toString())).toEqual({
      warnings: [],
      verbs: [
        { verb: 'Say', text: 'Tom & "Jerry" <3 ✓' },
        {
          verb: 'Connect',
          action: undefined,
          stream: {
            url: 'wss://example.com/m/1',
            name: 'main',
            track: undefined,
            parameters: { run: 'a"b&c' },
            statusCallback: undefined,
            statusCallbackMethod: 'POST',
          },
        },
        { verb: 'Play', digits: 'ww12#', url: '' },
        { verb: 'Dial', number: '+12025550177', action: undefined },
        { verb: 'Hangup' },
      ],
    })
  })

  it('reads comments, CDATA, entities and single quotes', () => {
    const { verbs } = parseTwiml(
      `<?xml version="1.0"?> <!-- a --> <Response><Pause length='2' /><Say>a<![CDATA[ <b> ]]>&#x41;&#66;&apos;</Say></Response>`,
    )
    expect(verbs).toEqual([
      { verb: 'Pause', lengthMs: 2000 },
      { verb: 'Say', text: "a <b> AB'" },
    ])
  })

  it.each([
    '',
    'hello',
    '<Response>',
    '<Response><Say>a & b</Say></Response>',
    '<Response><Say>a</Pause></Response>',
    '<Response><Play digits="1" digits="2"/></Response>',
    '<Response><Play digits=1/></Response>',
    '<Response><Connect><Stream url="a<b"/></Connect></Response>',
    '<Response/><Response/>',
    '<Response/>more',
    '<Response><!-- a -- b --></Response>',
    '<response/>',
  ])('refuses %j', (twiml) => {
    expect(() => parseTwiml(twiml)).toThrow(expect.objectContaining({ name: 'TwimlError' }))
  })

  it('warns of what the schema does not know, and leaves it out', () => {
    const { verbs, warnings } = parseTwiml(
      `<Response><Sing/><Hangup now="1"/><Connect><Stream url="wss://h/"><Parameter name="a"/><Parameter name="b" value="${'x'.repeat(499)}"/></Stream></Connect><Connect/></Response>`,
    )
    expect(verbs).toMatchObject([{ verb: 'Hangup' }, { verb: 'Connect', stream: { parameters: {} } }])
    expect(warnings).toEqual([
      '<Sing> is not allowed in <Response>',
      '<Hangup> has no attribute now',
      '<Parameter> needs a name and a value',
      '<Parameter> b is too long',
      '<Connect> needs exactly one <Stream>',
    ])
  })
})

describe('TwiML executed on a simulated call', () => {
  it('runs verb after verb in order and then ends the call', async () => {
    const { dial } = await startBench({ speed: 50 })
    const twiml =
      '<Response><Say>Hi.</Say><Pause/><Play digits="w1"/><Dial>+12025550177</Dial><Say>Bye.</Say></Response>'
    const call = await dial({ twiml })
    await call.until('completed')
    expect(call.verbs).toEqual(['Say Hi.', 'Pause', 'Play w1', 'Dial +12025550177', 'Say Bye.'])
    expect(call.twiml).toEqual([twiml])
    expect(call.endedBy).toBe('twiml')
  })

  it('stops at Hangup', async () => {
    const { dial } = await startBench({ speed: 50 })
    const call = await dial({ twiml: '<Response><Hangup/><Say>Never.</Say></Response>' })
    await call.until('completed')
    expect(call.verbs).toEqual(['Hangup'])
  })

  it('answers the call and ends it with error 12100 when the document is malformed', async () => {
    const { twilio } = await startBench()
    expect((await postCall(twilio, { Twiml: '<Response>' })).status).toBe(201)
    const call = await twilio.waitFor(() => twilio.calls[0])
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code: 12100, callSid: call.sid }])
  })

  it('fetches TwiML by URL with a signed request, and follows redirects', async () => {
    const customer = await startCustomer({
      answer: ({ url }) =>
        url === '/one'
          ? { status: 200, body: `<Response><Redirect>${customer.httpUrl}/two</Redirect></Response>` }
          : { status: 200, body: '<Response><Say>Two.</Say></Response>' },
    })
    const { dial } = await startBench()
    const call = await dial({ url: `${customer.httpUrl}/one` })
    await call.until('completed')
    expect(customer.posts.map((post) => post.url)).toEqual(['/one', '/two'])
    expect(customer.posts[0]?.form).toMatchObject({ CallSid: call.sid, CallStatus: 'in-progress' })
    expect(customer.posts[0]?.headers['x-twilio-signature']).toBeTruthy()
    expect(call.verbs).toEqual(['Say Two.'])
  })

  it('speaks instead of streaming on a trial account', async () => {
    const customer = await startCustomer({ answer: () => ({ status: 200, body: customer.twiml() }) })
    const { dial } = await startBench({ faults: { trialAccount: true }, speed: 50 })
    const call = await dial({ url: customer.httpUrl })
    await call.until('completed')
    expect(call.verbs).toEqual(['Say The Stream verb is not available on trial accounts.'])
    expect(customer.sockets).toEqual([])
  })
})
