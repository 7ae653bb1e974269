/** `ai-caller call <number>`: argv and settings -> a decided call, which is then placed, simulated, or only shown. */
import { CallError, toCallError } from '../../call/error.ts'
import type { CallFlags } from '../../config/call-flags.ts'
import { parseConfig, parseSimulatedPlan } from '../../config/config.ts'
import type { Settings } from '../../config/settings.ts'
import type { Scenario } from '../../sim/scenario.ts'
import { readCallInput } from '../call-input.ts'
import type { Context } from '../context.ts'
import { showDryRun } from '../dry-run.ts'

/**
 * Resolves with the exit code.
 * @throws CallError when argv or settings do not make a call; nothing has been opened then
 */
export async function call(number: string, flags: CallFlags, context: Context): Promise<number> {
  const scenario = await readScenario(flags.simulate)
  const input = await readCallInput(number, flags, scenario instanceof CallError ? scenario : undefined)
  // All problems are told before anything opens, those of a simulated call too.
  const plan = flags.simulate === undefined ? parseConfig(input) : parseSimulatedPlan(input)
  if (flags.dryRun) {
    showDryRun(plan, input, context.io)
    return 0
  }
  const settle = async () => {
    const { settleLeftovers } = await import('../leftovers.ts')
    return settleLeftovers(plan.home, flags.yes ?? false, context.io)
  }
  // Nobody's phone rings in a simulation: nothing is left behind by one, and nothing is ended for one.
  const left = flags.simulate === undefined ? await settle() : []
  const settled = { ...input, warnings: [...input.warnings, ...left] }
  const { runCall } = await import('../wiring.ts')
  const { exitCode } = await runCall((simulated?: Settings) => parseConfig(settled, simulated), {
    ...(scenario && !(scenario instanceof CallError) && { scenario }),
    wishes: context.wishes(),
    io: context.io,
  })
  return exitCode
}

/** The scenario that `--simulate` names, or what is wrong with it; undefined without the flag, and when it is empty. */
async function readScenario(simulate: string | undefined): Promise<Scenario | CallError | undefined> {
  if (!simulate) return undefined
  const { loadScenario } = await import('../../sim/load-scenario.ts')
  return loadScenario(simulate).catch(toCallError)
}
