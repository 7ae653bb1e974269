/** The command line of `ai-caller simulator`. */
import type { Command } from 'commander'
import type { SimulatorFlags } from './commands/simulator.ts'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addSimulatorCommand(
  program: Command,
  context: Context,
  end: (exitCode: number) => void,
): void {
  program
    .command('simulator')
    .description('run the simulated Twilio and Gemini alone, for the tests of any program')
    .argument('[scenario]', 'what the simulated call is like: a name, or the path of a YAML or JSON file')
    .option('--port-twilio <port>', 'where the simulated Twilio listens (default: any free port)')
    .option('--port-gemini <port>', 'where the simulated Gemini listens (default: any free port)')
    .option('--speed <n>', 'how many times faster than real time both live, up to 50 (default: 1)')
    .option('--write-env <file>', 'write the settings into this file as well; it is removed at the end')
    .option('--json', 'print the settings as one JSON object')
    .option('--no-color', 'write no colours')
    .addHelpText('after', HELP)
    .action(async (scenario: string | undefined, flags: SimulatorFlags) => {
      const { simulator } = await import('./commands/simulator.ts')
      end(await simulator(scenario ?? 'default', flags, context))
    })
}

const HELP = `
The settings that lead a client here come on stdout, as lines for a shell; the
account, its token and the key are made up anew each time. On stderr stands what
comes in, and what a client does wrong. Runs until Ctrl-C or SIGTERM, which is
its proper end: exit code 0.

Simulated Twilio (TWILIO_BASE_URL; HTTP Basic with the SID and the token):
  REST      GET the account, Balance, IncomingPhoneNumbers, OutgoingCallerIds,
            Calls and one call; POST Calls (Twiml, StatusCallback, Timeout,
            TimeLimit, SendDigits, MachineDetection with AsyncAmd); POST a call
            (Status, Twiml, TimeLimit); DialingPermissions and Pricing of a
            country and a number; errors under Twilio's codes
  webhooks  StatusCallback, AsyncAmdStatusCallback, action and stream status,
            signed with X-Twilio-Signature
  TwiML     Connect and Stream, Say, Pause, Play digits, Dial and Number,
            Redirect, Hangup
  media     connected, start, media, mark, dtmf, stop; mu-law at 8 kHz, 20 ms a
            message; media, mark and clear come back

Simulated Gemini (GOOGLE_GEMINI_BASE_URL; the key as x-goog-api-key or ?key=):
  REST      GET /v1beta/models and one model
  live      BidiGenerateContent of v1beta: setup, realtimeInput, clientContent
            and toolResponse; speech, transcripts, interruptions, tool calls,
            usage, goAway, resumption

A person's and an agent's turns, and what goes wrong, are the scenario's. Both
listen on 127.0.0.1 only.

Examples:
  ai-caller simulator
  ai-caller simulator busy --json
  ai-caller simulator ./mine.yaml --port-twilio 4010 --port-gemini 4011
  # leads every program of this shell there
  ai-caller simulator --write-env sim.env &
  set -a; . ./sim.env; set +a
  ai-caller call +12025550123 --port 8080 --public-url ws://127.0.0.1:8080
`
