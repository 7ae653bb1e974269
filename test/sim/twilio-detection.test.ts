import { describe, expect, it } from 'vitest'
import type { DetectedAs } from '../../src/sim/scenario.ts'
import { startCustomer } from './customer.ts'
import { startBench } from './twilio-bench.ts'

type Mode = 'Enable' | 'DetectMessageEnd'

async function verdict(phone: Record<string, unknown>, machineDetection: Mode, more = {}) {
  const customer = await startCustomer()
  const { twilio, dial } = await startBench({ phone, speed: 20 })
  await dial({
    machineDetection,
    asyncAmd: 'true',
    asyncAmdStatusCallback: `${customer.httpUrl}/amd`,
    ...more,
  })
  const { form } = await customer.until(() => customer.posts[0])
  expect(twilio.warnings).toEqual([])
  return [form.AnsweredBy, Number(form.MachineDetectionDuration)]
}

describe('machine detection in the simulated Twilio', () => {
  it.each([
    ['human', 'Enable', 'human'],
    ['machine_end_silence', 'DetectMessageEnd', 'machine_end_silence'],
    ['machine_end_other', 'Enable', 'machine_start'],
    ['fax', 'Enable', 'fax'],
    ['unknown', 'DetectMessageEnd', 'unknown'],
  ] as [DetectedAs, Mode, string][])(
    'says what the scenario wants: %s by %s is %s',
    async (detection, mode, said) => {
      expect(await verdict({ detection, detectionAfterMs: 2500 }, mode)).toEqual([said, 2500])
    },
  )

  it('goes by who answers when the scenario does not say', async () => {
    expect(await verdict({}, 'DetectMessageEnd')).toEqual(['human', 1500])
    const box = { outcome: 'voicemail' }
    expect(await verdict(box, 'DetectMessageEnd')).toEqual(['machine_end_beep', 3000])
  })

  it('knows nothing when its time is up', async () => {
    const late = { detection: 'machine_end_beep', detectionAfterMs: 20_000 }
    const more = { machineDetectionTimeout: 5, machineDetectionSpeechThreshold: 3000 }
    expect(await verdict(late, 'DetectMessageEnd', more)).toEqual(['unknown', 5000])
  })

  it('warns of a verdict that nobody will be told', async () => {
    const { twilio, dial } = await startBench()
    const call = await dial({ machineDetection: 'Enable', asyncAmd: 'true' })
    expect(twilio.warnings).toMatchObject([{ code: 21262, callSid: call.sid }])
    expect(await twilio.waitFor(() => call.answeredBy)).toBe('human')
  })
})
