/** `ai-caller call <number>`: argv and settings -> a decided call, which is then placed, simulated, or only shown. */
import { CallError, toCallError } from '../../call/error.ts'
import { type CallFlags, DEFAULTS } from '../../config/call-flags.ts'
import { type ConfigInput, homeFolder, parseConfig, parseSimulatedPlan } from '../../config/config.ts'
import { readDoNotCall } from '../../config/do-not-call.ts'
import { readEnvironment } from '../../config/env.ts'
import { givenFlags } from '../../config/given-flags.ts'
import { readOutFolder } from '../../config/out-folder.ts'
import { checkPhoneNumber } from '../../config/phone-number.ts'
import { parsePrompt, readPrompt } from '../../config/prompt.ts'
import { readGivenScript } from '../../config/script/given-script.ts'
import type { Settings } from '../../config/settings.ts'
import { readTransferTargets } from '../../config/transfer-targets.ts'
import { checkDeclaration } from '../../gemini/declaration.ts'
import type { Scenario } from '../../sim/scenario.ts'
import { chooseVoice } from '../choose-voice.ts'
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
  argv: CallFlags,
  scenario: CallError | undefined,
): Promise<ConfigInput> {
  const { settings, defaultHome, lookUp } = await readEnvironment()
  const { script, problems: scriptProblems } = await readGivenScript(argv, { lookUp, checkDeclaration })
  const { flags, nameOf } = givenFlags(argv, script)
  const { voice, warnings } = chooseVoice(flags.voice ?? DEFAULTS.voice)
  const list = await readDoNotCall(homeFolder({ settings, defaultHome })).catch(toCallError)
  const allowed = async (text: string) => {
    const checked = await checkPhoneNumber(text)
    if (list instanceof CallError) throw list
    return list.allow(checked)
  }
  const [prompt, out, checked, transferTo] = await Promise.all([
    argv.prompt === undefined ? parsePrompt(script.prompt) : readPrompt(argv.prompt),
    flags.out === undefined ? undefined : readOutFolder(flags.out),
    allowed(number).catch(toCallError),
    // A list that cannot be read is told once, for the number that is called.
    readTransferTargets(flags.transferTo ?? [], list instanceof CallError ? checkPhoneNumber : allowed),
  ])
  return {
    number: checked,
    prompt,
    out,
    scenario,
    script,
    scriptProblems,
    transferTo,
    flags: { ...flags, voice },
    nameOf,
    settings,
    defaultHome,
    warnings: [...warnings, ...(list instanceof CallError ? [] : list.warnings)],
  }
}
