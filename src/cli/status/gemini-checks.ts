/** What Gemini says of the key and the model and, if asked to, of a session. */
import { DEFAULTS } from '../../config/call-defaults.ts'
import type { Services } from '../../config/services.ts'
import { listLiveModels } from '../../gemini/list-models.ts'
import { trySession } from '../../gemini/try-session.ts'
import { formatTimeSpan } from '../../reporters/quantity.ts'
import { type Check, type Finding, fine, skipped } from './check.ts'

/** The part, if it is there, and the settings that it lacks otherwise. `deep`: a session is opened, which bills a few tokens. */
export type GeminiParts = {
  model: Services['model'] | undefined
  lacking: string
  deep: boolean
  answerMs: number
}

/** The checks in the order in which they are shown. */
export function geminiChecks({ model: access, lacking, deep, answerMs }: GeminiParts): Check[] {
  const check = (
    [name, title]: readonly [name: string, title: string],
    withinMs: number,
    look: (access: Services['model'], signal: AbortSignal) => Promise<Finding>,
  ): Check => ({
    ...{ name, title, withinMs, late: 'failed' },
    look: async (signal) => (access ? look(access, signal) : skipped(lacking)),
  })
  const stop = new AbortController()
  let listing: Promise<string[]> | undefined
  /** Both checks ask, one request answers. */
  const list = (asker: Services['model']) => {
    listing ??= listLiveModels(asker, stop.signal)
    return listing
  }

  const key = check(['gemini-key', 'Gemini key'], answerMs, async (asker, signal) => {
    signal.addEventListener('abort', () => stop.abort(signal.reason))
    await list(asker)
    return fine('accepted')
  })
  // A moment longer than the key's, on which it depends.
  const model = check(['gemini-model', 'Gemini model'], answerMs + 500, async (asker) => {
    // Whether the key works is for the first check to say.
    const live = await list(asker).catch(() => undefined)
    if (!live) return skipped('a key that Gemini accepts')
    return live.includes(DEFAULTS.model) ? fine(`${DEFAULTS.model} can talk`) : noModel(live)
  })
  if (!deep) return [key, model]
  const { model: id, voice } = DEFAULTS
  // Both of its waits, and the closing.
  const session = check(['gemini-session', 'Gemini session'], 2 * answerMs + 1000, async (asker, signal) => {
    const { connectMs, soundMs } = await trySession(asker, { model: id, voice }, answerMs, signal)
    return fine(`opened in ${formatTimeSpan(connectMs)}, spoke ${formatTimeSpan(soundMs)} later`)
  })
  return [key, model, session]
}

function noModel(live: readonly string[]): Finding {
  const others = live.length > 0 ? `Choose one of these with --model: ${live.join(', ')}.` : undefined
  return {
    state: 'failed',
    detail: `this key has no live model ${DEFAULTS.model}`,
    hint: others ?? 'Make a key for a project with the Gemini API at https://aistudio.google.com/apikey.',
  }
}
