/** How the model tells speech from silence: the four flags. Pure. */
import type { VoiceActivity } from '../call/live-model.ts'
import { DEFAULTS } from './call-defaults.ts'
import { parseDuration } from './duration.ts'
import { type Parsed, perhaps, quoted } from './parsed.ts'

/** The flags as they came from argv; absent ones are undefined. */
export type VoiceActivityFlags = {
  startSensitivity?: string
  endSensitivity?: string
  prefixPadding?: string
  silenceDuration?: string
}

/** The words of both sensitivities. */
export const SENSITIVITIES = ['high', 'low'] as const

const PREFIX_PADDING = { minMs: 0, maxMs: 1000 }
const SILENCE_DURATION = { minMs: 100, maxMs: 5000 }

/** Reads the four flags, or their defaults. */
export function parseVoiceActivity(flags: VoiceActivityFlags): {
  [Field in keyof VoiceActivity]: Parsed<VoiceActivity[Field]>
} {
  const { startSensitivity, endSensitivity, prefixPadding, silenceDuration } = DEFAULTS
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
