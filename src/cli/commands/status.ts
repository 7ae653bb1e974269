/** `ai-caller status`: would a call work? Looks at everything that a call needs, all at once, and rings nobody. */
import { homeFolder } from '../../config/config.ts'
import { readEnvironment } from '../../config/env.ts'
import { parseServices, SETTINGS_OF, type Services } from '../../config/services.ts'
import { secretsOf } from '../../config/settings.ts'
import { createCloseStack } from '../../flow/close-stack.ts'
import { loadSdk } from '../../gemini/sdk.ts'
import { connectRest } from '../../twilio/rest.ts'
import type { Output } from '../context.ts'
import { exitCodeOfEnd } from '../exit-code.ts'
import { withoutSecrets } from '../failure.ts'
import { addressCheck } from '../status/address-check.ts'
import { calledChecks } from '../status/called-checks.ts'
import type { Check, Result } from '../status/check.ts'
import { geminiChecks } from '../status/gemini-checks.ts'
import { localChecks } from '../status/local-checks.ts'
import { runChecks } from '../status/run-checks.ts'
import { settingRows, settingsFinding } from '../status/setting-rows.ts'
import { createJsonView, createStatusView } from '../status/status-view.ts'
import { twilioChecks } from '../status/twilio-checks.ts'

/** The flags. `to`: the number that shall be called. */
export type StatusFlags = {
  to?: string
  deep?: boolean
  offline?: boolean
  verbose?: boolean
  json?: boolean
}

/** How long any service may take to answer, in real ms. */
const ANSWER_MS = 5000

const TIP = 'Also: --to <number> looks at the way to a number, --deep lets the model say a word.'

/**
 * Prints a line for each check, with `json` one object. Resolves with 0 when a call would work, else 2. `environment` and `now`: the
 * process's own and the present, if not given.
 * @throws CallError `settings` when `.env` cannot be read
 */
export async function status(
  flags: StatusFlags,
  io: Output,
  given: { environment?: NodeJS.ProcessEnv; now?: Date; answerMs?: number } = {},
): Promise<number> {
  const { now = new Date(), answerMs = ANSWER_MS } = given
  const { settings, sources, defaultHome, nodeVersion } = await readEnvironment(given.environment)
  const home = homeFolder({ settings, defaultHome })
  const { found, problems } = parseServices(settings)
  const { carrier, model, ingress, from } = found
  const lackingFor = (part: keyof Services) =>
    problems
      .filter(({ setting }) => SETTINGS_OF[part].some((name) => name === setting))
      .map(({ setting }) => setting)
      .join(', ')
  const rows = settingRows(settings, sources, problems)
  const rest = flags.offline ? undefined : carrier && connectRest(carrier, { otherMs: answerMs })
  // Each check hears of a failure by itself; until then it must not count as unhandled.
  rest?.catch(() => {})
  const called = flags.to === undefined ? undefined : calledChecks({ to: flags.to, from, home, now })
  const checks: Check[] = [
    ...localChecks({ nodeVersion, home }, settingsFinding(rows, flags.verbose ?? false)),
    ...(called?.checks ?? []),
  ]
  const opened = createCloseStack()
  if (!flags.offline) {
    const lacking = { carrier: lackingFor('carrier'), from: lackingFor('from') }
    checks.push(
      ...twilioChecks({ rest, from, lacking, called: called?.number, answerMs }),
      ...geminiChecks({ model, lacking: lackingFor('model'), deep: flags.deep ?? false, answerMs }),
      addressCheck({ ingress, lacking: lackingFor('ingress'), opened, answerMs }),
    )
  }
  const view = flags.json
    ? createJsonView(io, rows)
    : await createStatusView(io, checks, flags.offline ?? false)
  // Loading is not a service's time to answer. Whoever needs what could not be loaded will say so.
  await Promise.allSettled([rest, flags.offline ? undefined : model && loadSdk()])
  const secrets = secretsOf(settings)
  const shown = (result: Result): Result => masked(result, (text) => withoutSecrets(text, secrets))
  const results = (await runChecks(checks, (result) => view.done(shown(result)))).map(shown)
  const isReady = results.every(({ state }) => state !== 'failed')
  const asksAll = flags.offline || (flags.to !== undefined && flags.deep)
  view.end(results, isReady && !asksAll ? TIP : undefined)
  await opened.close()
  return isReady ? 0 : exitCodeOfEnd('settings')
}

/** No text of a vendor reaches anybody with a secret in it. */
function masked(result: Result, mask: (text: string) => string): Result {
  const { detail, hint, rows } = result
  return {
    ...result,
    detail: mask(detail),
    ...(hint !== undefined && { hint: mask(hint) }),
    ...(rows && { rows: rows.map(mask) }),
  }
}
