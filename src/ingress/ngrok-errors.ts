/** What goes wrong with ngrok, in words for the person at the terminal. Pure: errors of the crate in, CallErrors out. */
import { platform } from 'node:os'
import { CallError } from '../call/error.ts'

type Remedy = { sentence: string; hint: string }

const TOKEN_PAGE = 'https://dashboard.ngrok.com/get-started/your-authtoken'
const OWN_ADDRESS = 'use an address of your own with --public-url'

const NO_TOKEN: Remedy = {
  sentence: 'ngrok needs an authtoken, and there is none',
  hint: `Set NGROK_AUTHTOKEN; it is shown at ${TOKEN_PAGE}.`,
}
const MALFORMED_TOKEN: Remedy = {
  sentence: 'ngrok cannot read the authtoken',
  hint: `Copy the authtoken (not an API key, without quotes or spaces) again from ${TOKEN_PAGE}.`,
}
const REVOKED_TOKEN: Remedy = {
  sentence: 'ngrok no longer accepts this authtoken: it was reset or revoked, or its owner left the team',
  hint: `Copy the current authtoken from ${TOKEN_PAGE}.`,
}
const ACCOUNT_STOPPED: Remedy = {
  sentence: 'ngrok has stopped this account',
  hint: 'The reason is shown at https://dashboard.ngrok.com.',
}
const TOO_OLD: Remedy = {
  sentence: 'ngrok no longer serves this version of its agent',
  hint: `Upgrade ai-caller, or ${OWN_ADDRESS}.`,
}
const NETWORK_REFUSED: Remedy = {
  sentence: "the ngrok account's IP restrictions refuse this network",
  hint: 'Allow this IP address at https://dashboard.ngrok.com, or call from another network.',
}
const QUOTA_USED: Remedy = {
  sentence: "this month's ngrok quota is used up",
  hint: `Wait for the first of the month, upgrade the ngrok plan, or ${OWN_ADDRESS}.`,
}

/** https://ngrok.com/docs/errors/ */
const REMEDIES = {
  ERR_NGROK_102: ACCOUNT_STOPPED,
  ERR_NGROK_103: ACCOUNT_STOPPED,
  ERR_NGROK_105: MALFORMED_TOKEN,
  ERR_NGROK_106: MALFORMED_TOKEN,
  ERR_NGROK_107: REVOKED_TOKEN,
  ERR_NGROK_108: {
    sentence: 'this ngrok account already runs as many agents as its plan allows',
    hint: `Stop another ai-caller or ngrok (https://dashboard.ngrok.com/agents lists them), or ${OWN_ADDRESS}.`,
  },
  ERR_NGROK_115: NETWORK_REFUSED,
  ERR_NGROK_116: NETWORK_REFUSED,
  ERR_NGROK_120: TOO_OLD,
  ERR_NGROK_121: TOO_OLD,
  ERR_NGROK_300: REVOKED_TOKEN,
  ERR_NGROK_326: {
    sentence: 'ngrok does not give this account the domain that was asked for',
    hint: 'Check NGROK_DOMAIN against https://dashboard.ngrok.com/domains, or leave it out.',
  },
  ERR_NGROK_334: {
    sentence: 'this ngrok address is already online elsewhere',
    hint: 'Stop the other program, leave NGROK_DOMAIN out, or wait half a minute if an earlier run has just crashed.',
  },
  ERR_NGROK_725: QUOTA_USED,
  ERR_NGROK_727: QUOTA_USED,
  ERR_NGROK_4018: NO_TOKEN,
  ERR_NGROK_4027: QUOTA_USED,
  ERR_NGROK_9040: {
    sentence: 'ngrok refuses the network that this machine is in',
    hint: `Call from another network, or ${OWN_ADDRESS}.`,
  },
} as const satisfies Record<string, Remedy>

/** Refuses, without asking the service, an authtoken that cannot be one. Returns undefined when it may be good. */
export function refuseToken(authtoken: string): CallError | undefined {
  if (authtoken === '') return failed(NO_TOKEN)
  return /[\s"']/.test(authtoken) ? failed(MALFORMED_TOKEN) : undefined
}

/**
 * What the service said. Its words are used only for codes that we do not know, and without the authtoken, which it likes to
 * repeat (ERR_NGROK_105 and 107); the crate's error is therefore not kept as a cause.
 */
export function explainRefusal(
  callCode: 'tunnel-failed' | 'tunnel-lost',
  error: unknown,
  authtoken: string,
): CallError {
  const message = messageOf(error)
  const code = /ERR_NGROK_\d+/.exec(message)?.[0]
  const lead = callCode === 'tunnel-lost' ? 'the ngrok tunnel is gone: ' : ''
  if (code && isKnown(code)) {
    const { sentence, hint } = REMEDIES[code]
    return new CallError(callCode, `${lead}${sentence} (${code})`, { hint })
  }
  const words = readable(serviceWords(message).replaceAll(authtoken, '[authtoken]'))
  return new CallError(callCode, `${lead}ngrok said: ${words}${code ? ` (${code})` : ''}`, {
    hint: code
      ? `See https://ngrok.com/docs/errors/${code.toLowerCase()}.`
      : `Try again in a moment, or ${OWN_ADDRESS}.`,
  })
}

/** Why the package could not be loaded. Its native half is an optional dependency, one for each platform. */
export function explainLoadFailure(error: unknown): CallError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_DLOPEN_FAILED') {
    const hint =
      platform() === 'win32'
        ? 'Install "Microsoft Visual C++ Redistributable" (https://aka.ms/vs/17/release/vc_redist.x64.exe).'
        : `This system's libraries do not suit it: ${OWN_ADDRESS}.`
    return new CallError('tunnel-failed', "ngrok's native module cannot be loaded", { hint, cause: error })
  }
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return new CallError('tunnel-failed', "ngrok's native module for this platform is not installed", {
      hint: `Install ai-caller again without --omit=optional (and not from another system's node_modules), or ${OWN_ADDRESS}.`,
      cause: error,
    })
  }
  return new CallError('tunnel-failed', `ngrok does not run here: ${readable(messageOf(error))}`, {
    hint: `Instead, ${OWN_ADDRESS}.`,
    cause: error,
  })
}

function failed({ sentence, hint }: Remedy): CallError {
  return new CallError('tunnel-failed', sentence, { hint })
}

function isKnown(code: string): code is keyof typeof REMEDIES {
  return Object.hasOwn(REMEDIES, code)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The service's own words inside a message of the crate; `join()` gives them as a Rust debug string. */
function serviceWords(message: string): string {
  const listenerClosed = /message: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1]
  return (listenerClosed ?? message)
    .replace(/^failed to (connect session|start listener): /, '')
    .replace(/\s*(error_code: )?ERR_NGROK_\d+\s*/g, ' ')
}

function readable(words: string): string {
  return words
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .replace(/[.\s]+$/, '')
}
