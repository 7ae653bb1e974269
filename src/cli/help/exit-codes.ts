/** `ai-caller help exit-codes`. */
import { EXIT_CODES } from '../exit-code.ts'
import type { Block } from './blocks.ts'

type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** What each exit code means. */
export const EXIT_CODE_MEANINGS = {
  0: 'the conversation took place and ended normally (either side hung up, farewell, silence, turn or time limit, a transfer)',
  1: 'something unexpected: a bug',
  2: 'usage or configuration error, a script or tool that cannot be used, a number that is never rung; nothing was dialled',
  3: 'busy',
  4: 'no answer',
  5: 'the carrier refused or failed the call, or it was canceled before anybody answered',
  6: 'a machine or voicemail answered, and was hung up on or got its message',
  7: 'the AI service failed or refused, or called functions in circles',
  8: 'the public address could not be opened or reached, or the media never connected or broke',
  10: 'it could not be proved whether the call was placed, or that it has ended; the message says how to check',
  129: 'SIGHUP; the call was hung up first',
  130: 'SIGINT, which is Ctrl-C; the call was hung up first',
  143: 'SIGTERM; the call was hung up first',
} as const satisfies Record<ExitCode, string>

/** What the process says when it ends, with the reasons in `call.ended` that lead to it. */
export function exitCodesTopic(): Block[] {
  return [
    {
      type: 'text',
      text: "The exit code tells how the call went, so that scripts can go by it. The words in brackets are the reasons that 'call.ended' gives.",
    },
    {
      type: 'list',
      rows: Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]) => ({
        term: code,
        text: `${meaning} [${reasonsOf(Number(code)).join(', ')}]`,
      })),
    },
    {
      type: 'text',
      text: '10 goes before every other code: while a phone may still be ringing, no other reason matters. The other commands end with 0 when all is well, and with 2 when it is not or when they were called wrongly; besides, hangup with 5 when Twilio refuses the credentials and with 10 when a call may still be running, simulator with 8 when a port is taken.',
    },
    {
      type: 'verbatim',
      text: [
        'ai-caller call "$NUMBER" --quiet',
        'case $? in',
        '  0) echo "they talked" ;;',
        '  3 | 4 | 6) echo "try again later" ;;',
        '  10) echo "look at the Twilio console before you try again" ;;',
        '  *) echo "failed" ;;',
        'esac',
      ].join('\n'),
    },
  ]
}

function reasonsOf(code: number): string[] {
  return Object.entries(EXIT_CODES).flatMap(([reason, its]) => (its === code ? [reason] : []))
}
