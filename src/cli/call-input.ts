/** What the doors have to say about a call: its number, its flags, its script, the environment, the do-not-call list. */
import { CallError, toCallError } from '../call/error.ts'
import { DEFAULTS } from '../config/call-defaults.ts'
import type { CallFlags } from '../config/call-flags.ts'
import { type ConfigInput, homeFolder } from '../config/config.ts'
import { readDoNotCall } from '../config/do-not-call.ts'
import { readEnvironment } from '../config/env.ts'
import { givenFlags } from '../config/given-flags.ts'
import { readOutFolder } from '../config/out-folder.ts'
import { type CheckedNumber, checkPhoneNumber } from '../config/phone-number.ts'
import { parsePrompt, readPrompt } from '../config/prompt.ts'
import { checkHour, refuseQuietHour } from '../config/quiet-hours.ts'
import { readGivenScript } from '../config/script/given-script.ts'
import { readTransferTargets } from '../config/transfer-targets.ts'
import { checkDeclaration } from '../gemini/declaration.ts'
import { chooseVoice } from './choose-voice.ts'

/**
 * Reads everything, and leaves the judgement to `parseConfig`. `scenario`: what is wrong with the one of `--simulate`; `environment`: the
 * process's own, if not given.
 */
export async function readCallInput(
  number: string,
  argv: CallFlags,
  scenario: CallError | undefined,
  environment?: NodeJS.ProcessEnv,
): Promise<ConfigInput> {
  const { settings, defaultHome, lookUp } = await readEnvironment(environment)
  const { script, problems: scriptProblems } = await readGivenScript(argv, { lookUp, checkDeclaration })
  const { flags, nameOf } = givenFlags(argv, script)
  const { voice, warnings } = chooseVoice(flags.voice ?? DEFAULTS.voice)
  const list = await readDoNotCall(homeFolder({ settings, defaultHome })).catch(toCallError)
  const allowed = async (text: string) => {
    const checked = await checkPhoneNumber(text)
    if (list instanceof CallError) throw list
    return list.allow(checked)
  }
  const ringable = async () => atThisHour(await allowed(number), argv)
  const [prompt, out, checked, transferTo] = await Promise.all([
    argv.prompt === undefined ? parsePrompt(script.prompt) : readPrompt(argv.prompt),
    flags.out === undefined ? undefined : readOutFolder(flags.out),
    ringable().catch(toCallError),
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

/** The number, unless somebody would be rung at night. A dry run rings nobody, and only warns; a simulation is not even a phone's. */
async function atThisHour(
  number: CheckedNumber,
  { simulate, dryRun = false, allowAnyHour = false }: CallFlags,
): Promise<CheckedNumber> {
  if (simulate !== undefined || allowAnyHour) return number
  const refusal = refuseQuietHour(await checkHour(number.e164, new Date()))
  if (!refusal) return number
  if (!dryRun) throw refusal
  const { code, message, hint } = refusal
  return { ...number, warnings: [...number.warnings, { code, message, ...(hint !== undefined && { hint }) }] }
}
