/** The voices of a simulated call: shipped clips, the scenario's own WAV files, or babble. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AgentTurn, PersonTurn } from './scenario.ts'
import { babble } from './speech/babble.ts'
import { changeRate } from './speech/change-rate.ts'
import { clipName } from './speech/clip-name.ts'
import { readWav, type Sound } from './speech/read-wav.ts'

/** Sound for the turns of a scenario. */
type Speech = {
  /** The person's turn: signed 16-bit mono, 8 kHz. Rejects when the turn's own WAV file cannot be read. */
  person(turn: PersonTurn): Promise<Int16Array>
  /** The agent's turn: signed 16-bit mono, 24 kHz. Rejects likewise. */
  agent(turn: AgentTurn): Promise<Int16Array>
}

const CLIPS = new URL('./clips/', import.meta.url)

/** Looks for the turn's WAV file, then for the clip of its words, then makes babble. Each sound is made once. */
export function createSpeech(): Speech {
  const made = new Map<string, Promise<Int16Array>>()
  const once = (turn: PersonTurn | AgentTurn, rate: number) => {
    const key = JSON.stringify([turn.speaker, turn.text, turn.audio])
    const sound = made.get(key) ?? soundOf(turn).then(({ pcm, rate: own }) => changeRate(pcm, own, rate))
    made.set(key, sound)
    return sound
  }
  return {
    person: (turn) => once(turn, 8000),
    agent: (turn) => once(turn, 24000),
  }
}

async function soundOf({ speaker, text, audio }: PersonTurn | AgentTurn): Promise<Sound> {
  if (audio !== undefined) return readWav(await readFile(audio))
  const clip = await readFile(fileURLToPath(new URL(clipName(speaker, text), CLIPS))).catch(() => undefined)
  return clip ? readWav(clip) : { pcm: babble(text, speaker), rate: 8000 }
}
