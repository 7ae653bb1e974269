/** One turn of the agent, sent as the service sends it: faster than it can be played, ended when playing it would end. */
import type { Clock } from '../../flow/clock.ts'
import type { AgentTurn } from '../scenario.ts'
import { type PlanOptions, planTurn } from './turn-plan.ts'

/** What speaking needs. */
type AgentSpeechDeps = {
  clock: Clock
  /** The sound of the turn: 24 kHz. */
  pcm: Promise<Int16Array>
  plan: PlanOptions
  /** Sends one server message. */
  send: (message: Record<string, unknown>) => void
  /** Asked after half of the sound: true when a fault has now broken the session. */
  breaks: () => boolean
  /** False: a stalled model does not say that it has generated everything. */
  completes: boolean
}

/** What has been generated of a turn. */
export type Generated = { soundMs: number; characters: number }

/** The moments of a turn that its owner acts upon; none comes after `signal` has aborted. */
type AgentSpeechSteps = {
  /** The thinking time is over: the first sound follows. Returns the counter to keep. */
  begins: () => Generated
  /** All sound is sent: the moment for tool calls. */
  spoken: () => void
}

/** Speaks a turn; resolves true when its playback would be over, false when it was cut or broken off. Rejects without sound. */
export async function speakTurn(
  turn: AgentTurn,
  deps: AgentSpeechDeps,
  steps: AgentSpeechSteps,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, send } = deps
  const [pcm] = await Promise.all([deps.pcm, clock.sleep(turn.delayMs, signal)])
  if (signal.aborted) return false

  const plan = planTurn(turn.text, pcm, deps.plan)
  const totalMs = plan.reduce((sum, message) => sum + message.soundMs, 0)
  const startMs = clock.nowMs()
  const waitUntil = async (atMs: number) => {
    const ms = startMs + atMs - clock.nowMs()
    if (ms > 0) await clock.sleep(ms, signal)
  }
  const generated = steps.begins()
  for (const message of plan) {
    await waitUntil(message.atMs)
    if (signal.aborted) return false
    if (generated.soundMs >= totalMs / 2 && deps.breaks()) return false
    send({ serverContent: message.content })
    generated.soundMs += message.soundMs
    generated.characters += message.characters
  }
  if (deps.breaks()) return false
  steps.spoken()
  if (deps.completes) send({ serverContent: { generationComplete: true } })
  // The service assumes that its client plays the sound as it is, and ends the turn only then.
  await waitUntil(totalMs)
  return !signal.aborted
}

/** As long as `pcm`, with next to nothing in it. */
export function hush(pcm: Int16Array): Int16Array {
  return pcm.map((_, index) => (index % 3) - 1)
}
