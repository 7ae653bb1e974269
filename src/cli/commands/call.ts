/** `ai-caller call <number>`: argv and settings -> a decided call, which is then placed, simulated, or only shown. */
import { CallError, toCallError } from '../../call/error.ts'
import { type CallFlags, DEFAULTS } from '../../config/call-flags.ts'
import { type ConfigInput, parseConfig, parseSimulatedPlan } from '../../config/config.ts'
import { readEnvironment } from '../../config/env.ts'
import { readOutFolder } from '../../config/out-folder.ts'
import { quoted, type Warning } from '../../config/parsed.ts'
import { checkPhoneNumber } from '../../config/phone-number.ts'
import { readPrompt } from '../../config/prompt.ts'
import type { Settings } from '../../config/settings.ts'
import { findVoice } from '../../gemini/voices.ts'
import type { Scenario } from '../../sim/scenario.ts'
import type { Context } from '../context.ts'
import { showDryRun } from '../dry-run.ts'

/**
 * Resolves with the exit code.
 * @throws CallError when argv or settings do not make a call; nothing has been opened then
 */
export async function call(number: string, flags: CallFlags, context: Context): Promise<number> {
  const scenario = await readScenario(flags.simulate)
  const input = await readInput(number, flags, scenario instanceof CallError ? scenario : undefined)
  // All problems are told before anything opens, those of a simulated call too.
  const plan = flags.simulate === undefined ? parseConfig(input) : parseSimulatedPlan(input)
  if (flags.dryRun) {
    showDryRun(plan, input, context.io)
    return 0
  }
  const { runCall } = await import('../wiring.ts')
  const { exitCode } = await runCall((simulated?: Settings) => parseConfig(input, simulated), {
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

async function readInput(
  number: string,
  flags: CallFlags,
  scenario: CallError | undefined,
): Promise<ConfigInput> {
  const { voice, warnings } = chooseVoice(flags.voice ?? DEFAULTS.voice)
  const [{ settings, defaultHome }, prompt, out, checked] = await Promise.all([
    readEnvironment(),
    readPrompt(flags.prompt),
    flags.out === undefined ? undefined : readOutFolder(flags.out),
    checkPhoneNumber(number).catch(toCallError),
  ])
  return {
    number: checked,
    prompt,
    out,
    scenario,
    flags: { ...flags, voice },
    settings,
    defaultHome,
    warnings,
  }
}

/** Voices come and go at Google: an unknown one is passed on with a warning. */
function chooseVoice(name: string): { voice: string; warnings: Warning[] } {
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
