/** Before anybody's phone rings: the public address, the model session and the carrier's consent, all at once, or none of it. */
import type { Clock } from '../flow/clock.ts'
import type { CloseStack } from '../flow/close-stack.ts'
import type { CallJournal } from './call-journal.ts'
import type { Carrier } from './carrier.ts'
import { CallError } from './error.ts'
import type { Emit } from './events.ts'
import type { LiveModel, ModelLeg, ModelSetup } from './live-model.ts'
import type { Ingress } from './public-address.ts'
import type { Tool, Toolbox } from './tools.ts'

/** What a call is made of. */
export type CallParts = {
  carrier: Carrier
  model: LiveModel
  /** Opens the public address; rejects with a CallError and leaves nothing open. */
  openIngress: (signal: AbortSignal) => Promise<Ingress>
  /** Makes the user's functions ready; rejects with a CallError and leaves nothing open. */
  openTools: (signal: AbortSignal) => Promise<Toolbox>
  journal: CallJournal
  /** Notes that the callee does not want to be called again. */
  doNotCall: () => Promise<void>
  clock: Clock
  emit: Emit
}

/**
 * Opens everything that does not ring a phone, in parallel, because nothing forces an order. What was opened is on `opened` at once,
 * so it is closed whatever happens. The first failure stops the rest and is the one that is thrown.
 */
export async function openParts(
  setup: ModelSetup,
  parts: CallParts,
  opened: CloseStack,
  signal: AbortSignal,
): Promise<{ ingress: Ingress; model: ModelLeg; tools: readonly Tool[] }> {
  const { carrier, clock, emit } = parts
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])

  const openAddress = async () => {
    const ingress = await parts.openIngress(either)
    opened.push('public address', () => ingress.close(), 5000)
    emit({ type: 'ingress.ready', publicUrl: ingress.doors.publicUrl, via: ingress.via })
    return ingress
  }
  /** The model must be told of every function when its session begins. */
  const openModel = async () => {
    const toolbox = await parts.openTools(either)
    opened.push('tools', () => toolbox.close(), 3000)
    const startedAtMs = clock.nowMs()
    const leg = await parts.model.connect({ ...setup, tools: [...setup.tools, ...toolbox.tools] }, either)
    opened.push('model session', () => leg.close())
    const { model, voice } = setup
    emit({ type: 'model.ready', model, voice, connectMs: Math.round(clock.nowMs() - startedAtMs) })
    return { model: leg, tools: toolbox.tools }
  }
  const stopOthers = (error: unknown): never => {
    stop.abort(error)
    throw error
  }
  const [ingress, model, consent] = await Promise.allSettled([
    openAddress().catch(stopOthers),
    openModel().catch(stopOthers),
    carrier.check(either).catch(stopOthers),
  ])
  if (ingress.status === 'fulfilled' && model.status === 'fulfilled' && consent.status === 'fulfilled')
    return { ingress: ingress.value, ...model.value }
  throw stop.signal.reason ?? new CallError('internal', 'the parts of the call could not be opened')
}
