/** How the model tells speech from silence: flags and what is right for a telephone. Pure. */
import type { VoiceActivity } from '../call/live-model.ts'
import { parseDuration } from './duration.ts'
import { type Parsed, perhaps, quoted } from './parsed.ts'

/** The flags as they came from argv; absent ones are undefined. */
export type VoiceActivityFlags = {
  startSensitivity?: string
  endSensitivity?: string
  prefixPadding?: string
  silenceDuration?: string
}

/** What holds for a telephone, written as on the command line. */
export const TELEPHONE_VOICE_ACTIVITY = {
  /** Quick to notice a short "yes" in narrow-band sound: https://github.com/google-gemini/live-api-web-console/issues/142 */
  startSensitivity: 'high',
  /** Slow to take a pause for thought as the end: https://github.com/google-gemini/gemini-live-api-examples/issues/37 */
  endSensitivity: 'low',
  /** For the short "yes" again: speech of this length counts as speech. Google's own example figure. */
  prefixPadding: '20ms',
  /**
   * Silence of this length ends a turn: it is also the least time in which the agent can answer. Models before 3.8 are reported not to
   * heed it: https://github.com/googleapis/python-genai/issues/2580
   */
  silenceDuration: '500ms',
} as const satisfies Required<VoiceActivityFlags>

/** The words of both sensitivities. */
export const SENSITIVITIES = ['high', 'low'] as const

const PREFIX_PADDING = { minMs: 0, maxMs: 1000 }
const SILENCE_DURATION = { minMs: 100, maxMs: 5000 }

/** Reads the four flags, or their defaults. */
export function parseVoiceActivity(flags: VoiceActivityFlags): {
  [Field in keyof VoiceActivity]: Parsed<VoiceActivity[Field]>
} {
  const { startSensitivity, endSensitivity, prefixPadding, silenceDuration } = TELEPHONE_VOICE_ACTIVITY
  return {
    startSensitivity: parseSensitivity(flags.startSensitivity ?? startSensitivity),
    endSensitivity: parseSensitivity(flags.endSensitivity ?? endSensitivity),
    prefixPaddingMs: parseDuration(flags.prefixPadding ?? prefixPadding, PREFIX_PADDING),
    silenceDurationMs: parseDuration(flags.silenceDuration ?? silenceDuration, SILENCE_DURATION),
  }
}

function parseSensitivity(text: string): Parsed<'high' | 'low'> {
  if (text === 'high' || text === 'low') return { value: text }
  return { wrong: `must be high or low, not ${quoted(text)}${perhaps(text, SENSITIVITIES)}` }
}
