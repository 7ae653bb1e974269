/** A whole simulated call: the phone company and the model, on loopback, and the settings that point a client at them. */
import type { Clock } from '../flow/clock.ts'
import { type SimulatedGemini, startSimulatedGemini } from './gemini/simulated-gemini.ts'
import type { Scenario } from './scenario.ts'
import { createSpeech } from './speech.ts'
import type { SimulatedTwilio } from './twilio/observations.ts'
import { startSimulatedTwilio } from './twilio/simulated-twilio.ts'

/** The environment variables that lead a client to the simulators. */
export type SimulationSettings = Record<
  | 'TWILIO_BASE_URL'
  | 'GOOGLE_GEMINI_BASE_URL'
  | 'TWILIO_ACCOUNT_SID'
  | 'TWILIO_AUTH_TOKEN'
  | 'TWILIO_PHONE_NUMBER'
  | 'GOOGLE_API_KEY',
  string
>

/** Both simulators, running. */
export type Simulation = {
  settings: SimulationSettings
  twilio: SimulatedTwilio
  gemini: SimulatedGemini
  /** Breaks all connections and frees both ports. May be called twice. */
  close(): Promise<void>
}

/**
 * Starts both simulators for one scenario, on any free ports when none are given. They share `clock`, which the caller makes as fast as
 * `scenario.speed` asks. Rejects when a WAV file of the scenario cannot be read or a port cannot be had.
 */
export async function startSimulation(
  scenario: Scenario,
  clock: Clock,
  ports: { twilio?: number; gemini?: number } = {},
): Promise<Simulation> {
  const speech = createSpeech()
  // All sound is made before the call begins, so that nothing stutters later and an unreadable file is known at once.
  for (const turn of scenario.turns)
    await (turn.speaker === 'person' ? speech.person(turn) : speech.agent(turn))
  const gemini = await startSimulatedGemini({
    ...{ scenario, clock, speech: speech.agent, port: ports.gemini ?? 0 },
  })
  const twilio = await startSimulatedTwilio({
    ...{ scenario, clock, speech: speech.person, port: ports.twilio ?? 0 },
  }).catch(async (error: unknown) => {
    await gemini.close()
    throw error
  })
  return {
    settings: {
      TWILIO_BASE_URL: twilio.baseUrl,
      GOOGLE_GEMINI_BASE_URL: gemini.baseUrl,
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_PHONE_NUMBER: twilio.phoneNumber,
      GOOGLE_API_KEY: gemini.apiKey,
    },
    twilio,
    gemini,
    async close() {
      await Promise.all([twilio.close(), gemini.close()])
    },
  }
}
