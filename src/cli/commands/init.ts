/** `ai-caller init`: asks for what a call still needs, checks it, and writes it into `.env`. */
import { CallError } from '../../call/error.ts'
import { stopReason } from '../../call/stop.ts'
import { readEnvironment } from '../../config/env.ts'
import { lookAtEnvFile, saveSettings } from '../../config/save-settings.ts'
import { parseServices, type SettingProblem } from '../../config/services.ts'
import type { SettingName, Settings } from '../../config/settings.ts'
import { colourLevel } from '../../reporters/paint.ts'
import type { Context, Io } from '../context.ts'
import { exitCodeOfEnd } from '../exit-code.ts'
import { checkCredentials, checkGeminiKey, checkOwnNumber } from '../init/checks.ts'
import { isIgnoredByGit } from '../init/git-ignore.ts'
import { interview, type Outcome } from '../init/interview.ts'
import { createTalk, type Talk } from '../init/talk.ts'
import { openTerminal } from '../init/terminal.ts'

/** What init asks for; who sets the others knows why. */
const ASKED: readonly SettingName[] = [
  ...(['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER'] as const),
  ...(['GOOGLE_API_KEY', 'GEMINI_API_KEY', 'NGROK_AUTHTOKEN', 'PUBLIC_WS_URL'] as const),
]

const OPEN_TO_OTHERS = 'Other users of this machine can read .env: chmod 600 .env'
const NOT_IGNORED =
  'This is a git repository, and git does not ignore .env: add it to .gitignore, or the keys may be committed.'

/**
 * Resolves with 0 when everything is there that a call needs, 2 when not, and the signal's code when the user stops: nothing is written
 * then.
 * @throws CallError `settings` when `.env` cannot be read or written
 */
export async function init(context: Context): Promise<number> {
  const folder = '.'
  const { settings, sources } = await readEnvironment()
  const file = await lookAtEnvFile(folder)
  const isIgnored = await isIgnoredByGit(folder)
  const { problems } = parseServices(settings)
  const { io } = context
  if (!canAsk(io)) {
    if (file.isOpenToOthers) io.stderr.write(`warning: ${OPEN_TO_OTHERS}\n`)
    if (file.exists && isIgnored === false) io.stderr.write(`warning: ${NOT_IGNORED}\n`)
    return sayWhatIsMissing(problems, io)
  }
  assertOthersAreRight(problems)
  const { stop } = context.wishes()
  const terminal = openTerminal(io, colourLevel(io.stderr, io.environment), stop)
  try {
    const talk = await createTalk(terminal)
    talk.begin('What a call needs. Nothing is written before the end. Ctrl-C stops.')
    const outcome = await interview({ settings, sources }, talk, {
      credentials: checkCredentials,
      ownNumber: checkOwnNumber,
      geminiKey: (access) => checkGeminiKey(access, terminal.stopped),
    })
    await write(outcome.changes, folder, file.isOpenToOthers, talk)
    if (isIgnored === false) talk.say('caution', NOT_IGNORED)
    return sayHowItStands(outcome, talk)
  } catch (error) {
    const reason = stopReason(terminal.stopped)
    if (typeof reason !== 'string') throw error
    io.stderr.write('Stopped: nothing was written.\n')
    return exitCodeOfEnd(reason)
  } finally {
    terminal.close()
  }
}

/** The prompts move the cursor, which a dumb terminal cannot. */
function canAsk({ stdin, stderr, environment }: Io): boolean {
  return Boolean(stdin.isTTY && stderr.isTTY && environment.TERM !== 'dumb')
}

function sayWhatIsMissing(problems: readonly SettingProblem[], { stdout }: Io): number {
  if (problems.length === 0) {
    stdout.write('Every setting is there that a call needs.\n')
    return 0
  }
  const width = Math.max(...problems.map(({ setting }) => setting.length))
  const lines = problems.map(({ setting, text }) => `  ${setting.padEnd(width)}  ${text}\n`)
  stdout.write(
    `Still to be set, in the environment or in a file named .env in this folder:\n${lines.join('')}` +
      "On a terminal, 'ai-caller init' asks for them.\n",
  )
  return exitCodeOfEnd('settings')
}

/** A key must not be sent to a place that was not meant. @throws CallError `settings` */
function assertOthersAreRight(problems: readonly SettingProblem[]): void {
  const other = problems.find(({ setting }) => !ASKED.includes(setting))
  if (other)
    throw new CallError('settings', `${other.setting} ${other.text}`, {
      hint: 'Correct it in the environment or in .env, then start init again.',
    })
}

async function write(changes: Settings, folder: string, wasOpen: boolean, talk: Talk): Promise<void> {
  const names = Object.keys(changes)
  if (names.length === 0) {
    talk.say('note', 'There is nothing to write.')
    if (wasOpen) talk.say('caution', OPEN_TO_OTHERS)
    return
  }
  await saveSettings(folder, changes)
  talk.say('good', `Written into .env, which only you can read: ${names.join(', ')}.`)
  if (wasOpen) talk.say('caution', 'Until now other users of this machine could read .env.')
}

function sayHowItStands({ unresolved }: Outcome, talk: Talk): number {
  if (unresolved.length > 0) {
    talk.end(`Not ready: ${unresolved.join(', ')} must be changed in the environment.`)
    return exitCodeOfEnd('settings')
  }
  talk.end("Next: 'ai-caller status', and then 'ai-caller call' with a number of your own.")
  return 0
}
