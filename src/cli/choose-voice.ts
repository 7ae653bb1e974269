/** The voice that a user means. */
import { quoted, type Warning } from '../config/parsed.ts'
import { findVoice } from '../gemini/voices.ts'

/** Voices come and go at Google: an unknown one is passed on with a warning. */
export function chooseVoice(name: string): { voice: string; warnings: Warning[] } {
  const match = findVoice(name)
  if (match.type === 'known') return { voice: match.voice.name, warnings: [] }
  const perhaps = match.nearest ? `Perhaps you mean ${match.nearest.name}? ` : ''
  const warning = {
    code: 'voice-unknown',
    message: `${quoted(name)} is none of the voices that ai-caller knows`,
    hint: `${perhaps}'ai-caller voices' lists them.`,
  }
  return { voice: name, warnings: [warning] }
}
