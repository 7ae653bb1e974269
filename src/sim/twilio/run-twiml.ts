/** Executes TwiML on an answered call, verb by verb. */
import type { Clock } from '../../flow/clock.ts'
import {
  type Action,
  type DialVerb,
  parseTwiml,
  type StreamNoun,
  TwimlError,
  type Verb,
} from './parse-twiml.ts'
import { playKeys } from './play-keys.ts'

/** What Twilio's text-to-speech takes for one character, roughly. */
const SAY_MS_PER_CHARACTER = 60
/** The simulator has no sound files and takes this long for one. */
const PLAY_MS = 1000

/** What the verbs act on. */
type Stage = {
  clock: Clock
  /** Aborts when the call is over or redirected; the programme then stops where it is. */
  signal: AbortSignal
  /** True on a trial account, where streams are cut out of the TwiML. */
  isTrial: boolean
  /** A document, and then each verb, is about to be executed; in words. */
  began(what: { twiml: string } | { verb: string }): void
  warn(code: number, detail: string): void
  /** Runs a stream until it is over. */
  stream(noun: StreamNoun): Promise<void>
  /** A key is played to the person. */
  press(key: string): void
  /** Rings somebody else until that call is over; what is told of it to the customer. */
  dial(verb: DialVerb): Promise<Record<string, string>>
  /** Asks the customer for more TwiML; undefined when none came. */
  fetch(action: Action, fields: Readonly<Record<string, string>>): Promise<string | undefined>
}

/** Where the programme goes on: in TwiML that is to be fetched, with fields of the verb that led there. */
type Next = { action: Action; fields: Readonly<Record<string, string>> }

/** Resolves when nothing is left to do, so that the call is to be ended, or when `stage.signal` aborts. */
export async function runTwiml(twiml: string, stage: Stage): Promise<void> {
  let document: string | undefined = twiml
  while (document !== undefined && !stage.signal.aborted) {
    stage.began({ twiml: document })
    const verbs = readVerbs(document, stage)
    const next = await runVerbs(verbs, stage)
    document = next && !stage.signal.aborted ? await stage.fetch(next.action, next.fields) : undefined
  }
}

function readVerbs(document: string, stage: Stage): Verb[] {
  try {
    const { verbs, warnings } = parseTwiml(document)
    for (const detail of warnings) stage.warn(12200, detail)
    return verbs
  } catch (error) {
    if (!(error instanceof TwimlError)) throw error
    stage.warn(12100, error.message)
    return []
  }
}

/** The next document to fetch, or undefined at the end. */
async function runVerbs(verbs: readonly Verb[], stage: Stage): Promise<Next | undefined> {
  for (const verb of verbs) {
    if (stage.signal.aborted) return undefined
    const next = await runVerb(verb, stage)
    if (next === 'hangup') return undefined
    if (next) return next
  }
  return undefined
}

async function runVerb(verb: Verb, stage: Stage): Promise<Next | 'hangup' | undefined> {
  const { clock, signal } = stage
  switch (verb.verb) {
    case 'Say':
      await say(verb.text, stage)
      return undefined
    case 'Pause':
      stage.began({ verb: 'Pause' })
      await clock.sleep(verb.lengthMs, signal)
      return undefined
    case 'Play':
      stage.began({ verb: `Play ${verb.digits ?? verb.url}` })
      if (verb.digits === undefined) await clock.sleep(PLAY_MS, signal)
      else await playKeys(verb.digits, clock, signal, stage.press)
      return undefined
    case 'Dial':
      stage.began({ verb: `Dial ${verb.number}` })
      return then(verb.action, await stage.dial(verb))
    case 'Connect':
      if (stage.isTrial) await say('The Stream verb is not available on trial accounts.', stage)
      else {
        stage.began({ verb: 'Connect' })
        await stage.stream(verb.stream)
      }
      return then(verb.action)
    case 'Redirect':
      return then(verb.action)
    case 'Hangup':
      stage.began({ verb: 'Hangup' })
      return 'hangup'
    default:
      return verb satisfies never
  }
}

function then(action: Action | undefined, fields: Readonly<Record<string, string>> = {}): Next | undefined {
  return action && { action, fields }
}

async function say(text: string, stage: Stage): Promise<void> {
  stage.began({ verb: `Say ${text}` })
  await stage.clock.sleep(text.length * SAY_MS_PER_CHARACTER, stage.signal)
}
