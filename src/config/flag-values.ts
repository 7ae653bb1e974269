/** What the text of each flag of a call must look like; durations have a file of their own. Pure. */
import type { CallRequest, InputRate } from '../call/request.ts'
import { type Parsed, quoted } from './parsed.ts'

const MOST_TURNS = 1000

/** The words of `--input-rate`. */
export const INPUT_RATES = { '8000': 8000, '16000': 16_000, '24000': 24_000 } as const satisfies Record<
  string,
  InputRate
>

/** Any name may pass: Google adds voices, and the service knows best. */
export function parseVoice(text: string): Parsed<string> {
  if (/^[\w-]{1,64}$/.test(text)) return { value: text }
  return { wrong: `must be the name of a voice, such as Kore, not ${quoted(text)}` }
}

/** A model's id; `models/` before it is taken away. */
export function parseModel(text: string): Parsed<string> {
  const id = text.replace(/^models\//, '')
  if (/^[\w.-]{1,128}$/.test(id)) return { value: id }
  return { wrong: `must be a model id, such as gemini-3.8-live, not ${quoted(text)}` }
}

/** A rate in Hz. */
export function parseInputRate(text: string): Parsed<InputRate> {
  for (const [name, rate] of Object.entries(INPUT_RATES)) if (name === text) return { value: rate }
  return { wrong: `must be 8000, 16000 or 24000, not ${quoted(text)}` }
}

/** The one word `none` is no greeting but the wish for none: "None." would be spoken. */
export function parseGreeting(
  text: string | undefined,
): Parsed<Pick<CallRequest, 'speaksFirst' | 'greeting'>> {
  const greeting = text?.trim()
  if (greeting === '') return { wrong: 'must not be empty; none lets the person speak first' }
  if (greeting === 'none') return { value: { speaksFirst: 'person', greeting: undefined } }
  return { value: { speaksFirst: 'agent', greeting } }
}

/** 1 to 1000 turns. */
export function parseTurns(text: string): Parsed<number> {
  const turns = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (turns >= 1 && turns <= MOST_TURNS) return { value: turns }
  return { wrong: `must be a number from 1 to ${MOST_TURNS}, not ${quoted(text)}` }
}

/** BCP 47, in its canonical form. */
export function parseLanguage(text: string): Parsed<string> {
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    if (tag) return { value: tag }
  } catch {
    // Not a well-formed tag: said below.
  }
  return { wrong: `must be a language tag such as en-US, not ${quoted(text)}` }
}

/** Keys of a phone; 32 is what Twilio takes at once: https://www.twilio.com/docs/voice/api/call-resource */
export function parseDigits(text: string): Parsed<string> {
  const keys = text.replace(/[a-d]/g, (key) => key.toUpperCase())
  if (/^[0-9*#A-DwW]{1,32}$/.test(keys) && /[^wW]/.test(keys)) return { value: keys }
  return {
    wrong: `must be 1 to 32 keys: 0-9, *, #, A-D, and w to wait half a second or W for a whole one, not ${quoted(text)}`,
  }
}
