/** A live session that is opened, made to speak, and closed: the proof that the model would answer a call. */
import { CallError } from '../call/error.ts'
import type { ModelSetup } from '../call/live-model.ts'
import { withDeadline } from '../flow/deadline.ts'
import { type Connection, openConnection } from './connection.ts'

/** How long it took, in ms: to open the session, and from the words to the first sound. */
export type SessionTrial = { connectMs: number; soundMs: number }

const TRIAL = {
  systemInstruction: 'This is a test of the line. Say one short word, and nothing else.',
  trigger: 'Say: ready.',
} as const

/**
 * Bills a few tokens. Over one connection, since what ends it is what is to be found out. `withinMs` of real time for the session, and
 * as long again for the sound.
 * @throws CallError `model-…`; `signal.reason` when aborted
 */
export async function trySession(
  access: { apiKey: string; baseUrl?: string | undefined },
  { model, voice }: Pick<ModelSetup, 'model' | 'voice'>,
  withinMs: number,
  signal: AbortSignal,
): Promise<SessionTrial> {
  const setup: ModelSetup = {
    ...{ model, voice, systemInstruction: TRIAL.systemInstruction, language: undefined, tools: [] },
    inputRate: 16_000,
    voiceActivity: {
      ...{ startSensitivity: 'high', endSensitivity: 'high', prefixPaddingMs: 20, silenceDurationMs: 500 },
    },
    history: () => [],
  }
  const startedAtMs = performance.now()
  const options = { ...access, connectTimeoutMs: withinMs }
  const opening = await openConnection(options, setup, { stage: 'starting' }, signal)
  if ('error' in opening) {
    signal.throwIfAborted()
    throw opening.error
  }
  const { connection } = opening
  try {
    const connectedAtMs = performance.now()
    connection.send({ type: 'text', text: TRIAL.trigger, insist: false })
    await withDeadline(firstSound(connection), withinMs, () => silent(withinMs), signal)
    return { connectMs: connectedAtMs - startedAtMs, soundMs: performance.now() - connectedAtMs }
  } finally {
    await connection.close()
  }
}

async function firstSound({ events }: Connection): Promise<void> {
  for await (const event of events) {
    if (event.type === 'audio' && event.pcm.length > 0) return
    if (event.type === 'closed') throw event.error
  }
  throw new CallError('model-lost', 'the session with Gemini ended without a sound')
}

function silent(withinMs: number): CallError {
  return new CallError(
    'model-silent',
    `Gemini opened a session, but said nothing within ${withinMs / 1000} s`,
    {
      hint: 'Try again in a moment; see also https://aistudio.google.com/status.',
    },
  )
}
