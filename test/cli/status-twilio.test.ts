import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Bench, openBench, refusal, reportWith, statesOf } from './status-bench.ts'

const CALLEE = '+12025550123'

const page = (name: string, items: unknown[]) => ({
  status: 200,
  body: { [name]: items, next_page_uri: null },
})

describe('status and the Twilio account', () => {
  it('fails for a trial account, which cannot stream, and names the upgrade', async () => {
    const bench = await openBench({ faults: { trialAccount: true } })
    const report = await bench.report()
    expect(report.exitCode).toBe(2)
    expect(report.of('twilio-account')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('Media Streams are not available on trial accounts'),
      hint: expect.stringContaining('Upgrade'),
    })
  })

  it.each(['suspended', 'closed'])('fails for an account that is %s', async (state) => {
    const body = { status: state, type: 'Full' }
    const report = await reportWith([{ path: /\/Accounts\/AC\w+\.json/, reply: { status: 200, body } }])
    expect(report.of('twilio-account')).toMatchObject({
      state: 'failed',
      detail: `the Twilio account is ${state}`,
    })
    expect(report.exitCode).toBe(2)
  })

  it('claims nothing of a trial when Twilio says nothing of it', async () => {
    const reply = { status: 200, body: { status: 'active' } }
    const report = await reportWith([{ path: /\/Accounts\/AC\w+\.json/, reply }])
    const state = { state: 'warning', detail: expect.stringContaining('does not say whether it is a trial') }
    expect(report.of('twilio-account')).toMatchObject(state)
    expect(report.exitCode).toBe(0)
  })

  it('fails once for a wrong token; what could not be asked is unknown', async () => {
    const bench = await openBench()
    const report = await bench.report({ to: CALLEE }, { settings: { TWILIO_AUTH_TOKEN: 'wrong' } })
    expect(report.of('twilio-account')).toMatchObject({
      state: 'failed',
      detail: 'Twilio rejected the credentials (Twilio error 20003)',
      hint: expect.stringContaining('TWILIO_AUTH_TOKEN'),
    })
    for (const name of ['twilio-balance', 'calling-number', 'permission', 'price'])
      expect(report.of(name).state).toBe('unknown')
    expect(statesOf(report)).toMatchObject({ 'gemini-key': 'ok', 'public-address': 'ok' })
  })

  it('takes what credentials with few rights may not see for unknown, and ends with 0', async () => {
    const reply = refusal(401, 70051, 'Authorization failed')
    const paths = [
      /\/Accounts\/AC\w+\.json/,
      /Balance/,
      /IncomingPhoneNumbers/,
      /CallerIds/,
      /Countries/,
      /Numbers/,
    ]
    const report = await reportWith(
      paths.slice(1).map((path) => ({ path, reply })),
      { to: CALLEE },
    )
    for (const name of ['twilio-balance', 'calling-number', 'permission', 'price'])
      expect(report.of(name).state).toBe('unknown')
    expect([report.exitCode, report.of('twilio-account').state]).toEqual([0, 'ok'])
    const forbidden = await reportWith([
      { path: paths[0] ?? /^/, reply: refusal(403, 20404, 'not for this key') },
    ])
    expect([forbidden.exitCode, forbidden.of('twilio-account').state]).toEqual([0, 'unknown'])
  })

  it.each([
    [{ status: 200, body: { balance: '0.42', currency: 'USD' } }, 'warning', /^only 0\.42 USD left$/],
    [{ status: 200, body: { balance: '-3', currency: 'EUR' } }, 'warning', /^only -3\.00 EUR left$/],
    [{ status: 200, body: { balance: '', currency: '' } }, 'ok', /the main account pays/],
    [refusal(404, 20404, 'not found'), 'ok', /the main account pays/],
    [{ status: 500, body: {} }, 'unknown', /HTTP 500/],
  ])('is not kept from a call by a balance of %j: %s', async (reply, state, detail) => {
    const report = await reportWith([{ path: /Balance/, reply }])
    expect(report.of('twilio-balance')).toMatchObject({ state, detail: expect.stringMatching(detail) })
    expect(report.exitCode).toBe(0)
  })

  it('fails for a calling number that is nobody’s, or not for voice', async () => {
    const bench = await openBench()
    const foreign = await bench.report({}, { settings: { TWILIO_PHONE_NUMBER: '+12025550199' } })
    expect(foreign.of('calling-number')).toMatchObject({
      state: 'failed',
      detail: '+12025550199 is neither a number of this account nor a verified caller ID',
      hint: expect.stringContaining('TWILIO_PHONE_NUMBER'),
    })
    const number = { phone_number: bench.settings.TWILIO_PHONE_NUMBER, capabilities: { voice: false } }
    const silent = await reportWith([
      { path: /IncomingPhoneNumbers/, reply: page('incoming_phone_numbers', [number]) },
    ])
    expect(silent.of('calling-number')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('not for voice'),
    })
    expect([foreign.exitCode, silent.exitCode]).toEqual([2, 2])
  })

  it('is content with a verified caller ID, and not with a number that is only like it', async () => {
    const from = '+12025550199'
    const callerIds = (number: string) => ({
      path: /OutgoingCallerIds/,
      reply: page('outgoing_caller_ids', [{ phone_number: number }]),
    })
    const settings = { TWILIO_PHONE_NUMBER: from }
    const verified = await (await openBench({ overrides: [callerIds(from)] })).report({}, { settings })
    expect(verified.of('calling-number')).toMatchObject({
      state: 'ok',
      detail: `${from} is a verified caller ID`,
    })
    const alike = await (await openBench({ overrides: [callerIds(`${from}0`)] })).report({}, { settings })
    expect(alike.of('calling-number').state).toBe('failed')
    const own = page('incoming_phone_numbers', [{ phone_number: `${from}0`, capabilities: { voice: true } }])
    const ownAlike = await openBench({ overrides: [{ path: /IncomingPhoneNumbers/, reply: own }] })
    expect((await ownAlike.report({}, { settings })).of('calling-number').state).toBe('failed')
  })
})

describe('status and a number to call', () => {
  const to = async (number: string, more: Parameters<Bench['report']>[1] = {}) =>
    (await openBench()).report({ to: number }, more)

  it('fails for a country that the account may not call, with the page of the permission', async () => {
    const report = await to('+37167222222')
    expect(report.of('permission')).toMatchObject({
      state: 'failed',
      hint: expect.stringContaining('geo-permissions'),
    })
    expect(report.of('price').detail).toContain('0.462 USD')
    expect(report.exitCode).toBe(2)
  })

  it.each(['911', '12025550123', 'hello', '+12025550100'])(
    'fails for %s, and asks nobody about it',
    async (number) => {
      const report = await to(number)
      expect(report.of('called-number').state).toBe('failed')
      for (const name of ['hour', 'permission', 'price'])
        expect(report.of(name)).toMatchObject({ state: 'skipped', ms: null })
      expect(report.exitCode).toBe(2)
    },
  )

  it('fails for a number on the do-not-call list', async () => {
    const bench = await openBench()
    await mkdir(join(bench.home, 'data'))
    await writeFile(join(bench.home, 'data', 'do-not-call.txt'), `${CALLEE}\n`)
    const report = await bench.report({ to: CALLEE })
    expect(report.of('called-number').detail).toContain('does not want to be called')
    expect(report.exitCode).toBe(2)
  })

  it('warns at night, when a call has to be asked for', async () => {
    const report = await to(CALLEE, { now: new Date('2026-11-23T07:00:00Z') })
    expect(report.of('hour')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('it is 02:00 in America/New_York'),
      hint: expect.stringContaining('--allow-any-hour'),
    })
    expect(report.exitCode).toBe(0)
  })

  it('takes a country that Twilio does not list for unknown', async () => {
    const report = await to('+41446681800')
    expect(statesOf(report)).toMatchObject({ permission: 'unknown', price: 'unknown', 'called-number': 'ok' })
  })
})
