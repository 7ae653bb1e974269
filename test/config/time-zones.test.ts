import { describe, expect, it } from 'vitest'
import { zonesOf } from '../../src/config/time-zones.ts'

describe('the time zones of a number', () => {
  it.each([
    ['+12125550123', 'New York', 'America/New_York'],
    ['+13105550123', 'Los Angeles', 'America/Los_Angeles'],
    ['+18085550123', 'Hawaii', 'Pacific/Honolulu'],
    ['+16025550123', 'Phoenix', 'America/Phoenix'],
    ['+14165550123', 'Toronto', 'America/Toronto'],
    ['+442079460958', 'London', 'Europe/London'],
    ['+493012345678', 'Berlin', 'Europe/Berlin'],
    ['+4915112345678', 'a German mobile', 'Europe/Berlin'],
    ['+33612345678', 'a French mobile', 'Europe/Paris'],
    ['+911123456789', 'Delhi', 'Asia/Calcutta'],
    ['+919812345678', 'an Indian mobile', 'Asia/Calcutta'],
    ['+97714123456', 'Kathmandu', 'Asia/Katmandu'],
    ['+61291234567', 'Sydney', 'Australia/Sydney'],
    ['+61731234567', 'Brisbane', 'Australia/Brisbane'],
    ['+551131234567', 'São Paulo', 'America/Sao_Paulo'],
    ['+74951234567', 'Moscow', 'Europe/Moscow'],
    ['+74232345678', 'Vladivostok', 'Asia/Vladivostok'],
  ])('of %s, %s, are %s alone', async (e164, _place, zone) => {
    expect(await zonesOf(e164)).toEqual([zone])
  })

  it('of an area that clocks divide are several', async () => {
    expect(await zonesOf('+61892221111')).toEqual(['Australia/Adelaide', 'Australia/Perth'])
  })

  it.each([
    ['+61412345678', 'an Australian mobile', ['Australia/Perth', 'Australia/Sydney']],
    ['+79161234567', 'a Russian mobile', ['Europe/Moscow', 'Asia/Vladivostok', 'Asia/Kamchatka']],
    ['+5511912345678', 'a Brazilian mobile', ['America/Sao_Paulo', 'America/Rio_Branco']],
    ['+6281234567890', 'an Indonesian mobile', ['Asia/Jakarta', 'Asia/Jayapura']],
    ['+34612345678', 'a Spanish mobile', ['Europe/Madrid', 'Atlantic/Canary']],
    ['+18002255288', 'a toll-free number', ['America/New_York', 'Pacific/Honolulu', 'Pacific/Guam']],
  ])('of %s, %s, are all of the country', async (e164, _kind, some) => {
    expect(await zonesOf(e164)).toEqual(expect.arrayContaining(some))
  })

  it('of a number that nobody is assigned are all of its country code', async () => {
    const everywhere = await zonesOf('+18002255288')
    expect(everywhere.length).toBeGreaterThan(30)
    expect(await zonesOf('+15550100123')).toEqual(everywhere)
    expect(await zonesOf('+15555550123')).toEqual(everywhere)
    expect(await zonesOf('+491009999999')).toEqual(['Europe/Berlin'])
  })

  it.each([
    '+870773111632',
    '+80012345678',
    '+88213123456',
    '+999123456789',
    '+1',
    '',
    'mother',
    '+__proto__',
  ])('of "%s" are unknown', async (text) => {
    expect(await zonesOf(text)).toEqual([])
  })
})
