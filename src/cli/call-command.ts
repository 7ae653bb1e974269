/** The command line of `ai-caller call`: its flags, in the groups that its help shows. */
import type { Command } from 'commander'
import { DEFAULTS } from '../config/call-defaults.ts'
import type { CallFlags } from '../config/call-flags.ts'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addCallCommand(program: Command, context: Context, end: (exitCode: number) => void): void {
  program
    .command('call')
    .summary('ring a number and let the AI hold the conversation')
    .description(
      'Rings a number, lets the AI hold the conversation, and shows the transcript while it is spoken. The exit code tells how the call went.',
    )
    .argument('<number>', 'whom to ring, in E.164, such as +12025550123')
    .optionsGroup('What the agent is and does:')
    .option('--prompt <text>', 'what the agent is and wants; @file reads a file')
    .option('--script <file>', "all of this in one file: 'ai-caller help scripts'")
    .option('--var <name=value>', 'fills {{name}} in the script; repeatable', collected)
    .option('--greeting <text>', 'its first words; none: the person begins')
    .option('--voice <name>', `its voice, see 'ai-caller voices' (default: ${DEFAULTS.voice})`)
    .option('--language <tag>', 'the language it speaks, such as en-US')
    .option('--model <id>', `Gemini Live model (default: ${DEFAULTS.model})`)
    .option(
      '--transfer-to <target>',
      'whom it may put through, as name=number or a number; repeatable',
      collected,
    )
    .optionsGroup('When it is enough:')
    .option('--max-duration <time>', `longest talk, 1s to 4h (default: ${DEFAULTS.maxDuration})`)
    .option('--max-turns <n>', 'goodbye after so many turns (default: no limit)')
    .option(
      '--silence-timeout <time>',
      `how long nobody may speak (default: ${DEFAULTS.silenceTimeout}); halfway the agent asks`,
    )
    .option('--ring-timeout <time>', `how long the phone may ring (default: ${DEFAULTS.ringTimeout})`)
    .optionsGroup('When a machine or a phone menu answers:')
    .option(
      '--digits <keys>',
      'keys to press after the answer: up to 32 of 0-9 * # A-D; w waits 0.5 s, W 1 s',
    )
    .option('--detect-machine', 'let the carrier listen for machines, too')
    .option('--on-machine <policy>', `hangup, leave-message or continue (default: ${DEFAULTS.onMachine})`)
    .option('--voicemail-message <text>', 'what leave-message says')
    .optionsGroup('How the call is placed:')
    .option('--from <number>', 'the number of yours that the callee sees (default: TWILIO_PHONE_NUMBER)')
    .option('--allow-any-hour', 'ring also between 21:00 and 08:00 of their time')
    .option('-y, --yes', 'answer every question with yes')
    .option(
      '--public-url <url>',
      'your own public address instead of ngrok, such as wss://calls.example.com/ws',
    )
    .option('--port <port>', 'port of the listener (default: any free one)')
    .optionsGroup('Without a call:')
    .option('--dry-run', 'show what would be dialled; dial nothing')
    .option('--simulate [scenario]', 'simulate all of it: no keys, no phone, no cost')
    .optionsGroup('What is shown and kept:')
    .option('--record', 'keep the sound of the call (the default)')
    .option('--no-record', 'keep no sound')
    .option('--out <folder>', 'where to keep the call')
    .option('--json', "one JSON event a line: 'ai-caller help events'")
    .option('-q, --quiet', 'print the transcript and errors only')
    .option('-v, --verbose', 'print ids and timings too')
    .option('--no-color', 'write no colours')
    .optionsGroup('How the model hears (the defaults are right for a telephone):')
    .option(
      '--start-sensitivity <level>',
      `high: little counts as speech; or low (default: ${DEFAULTS.startSensitivity})`,
    )
    .option(
      '--end-sensitivity <level>',
      `high: a short pause ends a turn; or low (default: ${DEFAULTS.endSensitivity})`,
    )
    .option(
      '--prefix-padding <time>',
      `speech this long begins a turn, 0s to 1s (default: ${DEFAULTS.prefixPadding})`,
    )
    .option(
      '--silence-duration <time>',
      `silence this long ends one, 100ms to 5s (default: ${DEFAULTS.silenceDuration})`,
    )
    .option('--input-rate <hz>', `8000, 16000 or 24000 (default: ${DEFAULTS.inputRate})`)
    .addHelpText('after', CALL_EXAMPLES)
    .action(async (number: string, { simulate, ...flags }: RawFlags) => {
      const { call } = await import('./commands/call.ts')
      const scenario = simulate === true ? 'default' : simulate
      end(await call(number, scenario === undefined ? flags : { ...flags, simulate: scenario }, context))
    })
}

/** As commander gives them: an optional value that is absent is `true`. */
type RawFlags = Omit<CallFlags, 'simulate'> & { simulate?: string | true }

/** Gathers a flag that may be given several times. */
function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

const CALL_EXAMPLES = `
Examples:
  ai-caller call +12025550123 --simulate
  ai-caller call +12025550123 --dry-run
  ai-caller call +12025550123 --voice Puck --max-duration 2m
  ai-caller call +12025550123 --prompt @survey.txt --language en-GB \\
    --greeting "Hello, this is an AI assistant."
  ai-caller call +12025550123 --script booking.yaml --var guest="Dana Smith"
  ai-caller call +12025550123 --prompt @reminder.txt \\
    --on-machine leave-message --voicemail-message "Please call back."
  ai-caller call +12025550123 --digits WW2 --transfer-to dana=+14155550123
  ai-caller call +12025550123 --greeting none --silence-timeout 30s
  ai-caller call +12025550123 --json | jq 'select(.type == "turn.ended")'
`
