import { describe, expect, it } from 'vitest'
import { CALLEE, sdkFor, startBench } from './twilio-bench.ts'

/** The SDK with the hosts of these two products at the simulator, too. */
async function start() {
  const { twilio } = await startBench()
  const client = sdkFor(twilio)
  client.voice.baseUrl = twilio.baseUrl
  client.pricing.baseUrl = twilio.baseUrl
  return { twilio, client }
}

describe('where the simulated account may call, by the vendor’s SDK', () => {
  it('is told for each country', async () => {
    const { client } = await start()
    const home = await client.voice.v1.dialingPermissions.countries('US').fetch()
    expect(home).toMatchObject({
      ...{ isoCode: 'US', name: 'United States/Canada', continent: 'NORTH_AMERICA', countryCodes: ['+1'] },
      ...{ lowRiskNumbersEnabled: true, highRiskSpecialNumbersEnabled: false },
    })
    const closed = await client.voice.v1.dialingPermissions.countries('LV').fetch()
    expect(closed.lowRiskNumbersEnabled).toBe(false)
    await expect(client.voice.v1.dialingPermissions.countries('XX').fetch()).rejects.toMatchObject({
      ...{ status: 404, code: 20404 },
    })
  })

  it('has its price, as text, for each number', async () => {
    const { client, twilio } = await start()
    const originationNumber = twilio.phoneNumber
    const found = await client.pricing.v2.voice.numbers(CALLEE).fetch({ originationNumber })
    expect(found).toMatchObject({
      ...{ destinationNumber: CALLEE, originationNumber, isoCountry: 'US', priceUnit: 'USD' },
      outboundCallPrices: [{ basePrice: '0.0140', currentPrice: '0.0140', originationPrefixes: ['ALL'] }],
    })
    const numbers = client.pricing.v2.voice
    await expect(numbers.numbers('+41446681800').fetch()).rejects.toMatchObject({ status: 404 })
    await expect(numbers.numbers('+12').fetch()).rejects.toMatchObject({ status: 404 })
    await expect(numbers.numbers(CALLEE).fetch({ originationNumber: 'me' })).rejects.toMatchObject({
      status: 400,
    })
  })

  it('is for the account alone to ask', async () => {
    const { twilio } = await start()
    const response = await fetch(`${twilio.baseUrl}/v1/DialingPermissions/Countries/US`)
    expect(response.status).toBe(401)
  })
})
