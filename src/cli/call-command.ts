/** The command line of `ai-caller call`: its flags, in the groups that its help shows. */
import type { Command } from 'commander'
import { DEFAULTS } from '../config/call-defaults.ts'
import type { CallFlags } from '../config/call-flags.ts'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addCallCommand(program: Command, context: Context, end: (exitCode: number) => void): void {
  program
    .command('call')
    .description('ring a number and let the AI hold the conversation')
    .argument('<number>', 'whom to ring, in E.164, such as +12025550123')
    .optionsGroup('Conversation:')
    .option('--script <file>', 'what the agent is, does and may do: a YAML or Markdown file')
    .option('--var <name=value>', 'fills {{name}} in the script; may be given several times', collected)
    .option('--voice <name>', "the agent's voice (default: Kore; see 'ai-caller voices')")
    .option('--model <id>', `the Gemini Live model (default: ${DEFAULTS.model})`)
    .option('--prompt <text>', 'what the agent is and wants; @file reads it from a file')
    .option('--greeting <text>', "the agent's first words; none: the person speaks first")
    .option('--language <tag>', 'the language the agent speaks, such as en-US')
    .option('--input-rate <hz>', `how the model hears: 8000, 16000, 24000 (default: ${DEFAULTS.inputRate})`)
    .option('--transfer-to <[name=]number>', 'whom the agent may put through; several times', collected)
    .optionsGroup('When the conversation ends:')
    .option(
      '--max-duration <time>',
      `longest conversation, such as 90s or 5m (default: ${DEFAULTS.maxDuration})`,
    )
    .option('--max-turns <n>', 'the agent says goodbye after so many turns (default: no limit)')
    .option(
      '--silence-timeout <time>',
      `how long nobody may speak; halfway the agent asks (default: ${DEFAULTS.silenceTimeout})`,
    )
    .optionsGroup('When a machine or a phone menu answers:')
    .option(
      '--digits <keys>',
      'press these right after the answer: up to 32 of 0-9 * # A-D; w waits 0.5 s, W 1 s',
    )
    .option('--detect-machine', 'let the carrier find out, too, whether a machine answers')
    .option('--on-machine <policy>', 'hangup, leave-message or continue (default: hangup)')
    .option('--voicemail-message <text>', 'what leave-message says')
    .optionsGroup('How the model hears when somebody speaks (the defaults are right for a telephone):')
    .option(
      '--start-sensitivity <level>',
      `high or low: how easily sound counts as speech (default: ${DEFAULTS.startSensitivity})`,
    )
    .option(
      '--end-sensitivity <level>',
      `high or low: how easily a pause counts as the end (default: ${DEFAULTS.endSensitivity})`,
    )
    .option(
      '--prefix-padding <time>',
      `speech this long begins a turn, 0s to 1s (default: ${DEFAULTS.prefixPadding})`,
    )
    .option(
      '--silence-duration <time>',
      `silence this long ends a turn, 100ms to 5s (default: ${DEFAULTS.silenceDuration})`,
    )
    .optionsGroup('Call:')
    .option('--from <number>', 'the number that rings (default: TWILIO_PHONE_NUMBER)')
    .option('--ring-timeout <time>', `how long the phone may ring (default: ${DEFAULTS.ringTimeout})`)
    .option(
      '--public-url <url>',
      'your own public address, such as wss://calls.example.com/ws, instead of ngrok',
    )
    .option('--port <port>', 'port of the listener (default: any free one)')
    .option('--allow-any-hour', "ring also between 21:00 and 08:00 of the callee's local time")
    .option('-y, --yes', 'answer every question with yes, such as whether to end calls that were left behind')
    .option('--simulate [scenario]', 'simulate everything on this machine: no keys, no phone')
    .option('--dry-run', 'show what would be dialled; dial nothing')
    .optionsGroup('Output:')
    .option('--record', 'keep the sound of the call (the default)')
    .option('--no-record', 'keep no sound')
    .option('--out <folder>', 'where to keep the call')
    .option('--json', 'print one JSON event a line')
    .option('-q, --quiet', 'print the transcript and errors only')
    .option('-v, --verbose', 'print ids and timings too')
    .option('--no-color', 'write no colours')
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
  ai-caller call +12025550123
  ai-caller call +12025550123 --voice Puck --max-duration 2m
  ai-caller call +12025550123 --prompt @survey.txt --greeting "Hello, this is an AI assistant." --language en-GB
  ai-caller call +12025550123 --script booking.yaml --var guest="Dana Smith" --var party=4
  ai-caller call +12025550123 --prompt @reminder.txt --on-machine leave-message --voicemail-message "Please call back."
  ai-caller call +12025550123 --digits "WW2" --transfer-to dana=+14155550123
  ai-caller call +12025550123 --greeting none --silence-timeout 30s --silence-duration 800ms
  ai-caller call +12025550123 --json | jq -r 'select(.type == "turn.ended") | .text'
  ai-caller call +12025550123 --dry-run
  ai-caller call +12025550123 --simulate
`
