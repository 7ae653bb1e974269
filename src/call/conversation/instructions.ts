/** What the model is told: the user's prompt in the frame that every phone call needs, and the words that make it begin. */

import type { CallRequest } from '../request.ts'
import { END_CALL } from './built-in-tools.ts'

/** The system instruction for a call. */
export function systemInstruction(request: Pick<CallRequest, 'prompt' | 'language' | 'transferTo'>): string {
  const lines = [
    request.prompt.trim(),
    '',
    'You are on a live phone call that you placed. Speak naturally and briefly, one question at a time, without lists or markup.',
    'In your first sentence say that you are an AI assistant. Never claim to be a human being.',
    `When the conversation is over, say goodbye and then call the function ${END_CALL.name}. Never speak about functions.`,
    'If a phone menu answers, listen for the right key and press it with press_digits; then say nothing and wait for what comes next.',
    'If an answering machine, a voicemail or another recording answers, call report_machine at once and say nothing.',
    'If the person asks not to be called again, call do_not_call, promise it, and say goodbye.',
    'When you use a function that takes a moment, say first, in a few words, what you are doing.',
  ]
  if (request.transferTo.length > 0) {
    const targets = request.transferTo.map(({ name }) => name).join(', ')
    lines.push(`You can put the person through with transfer_call, to: ${targets}. Tell them before you do.`)
  }
  if (request.language) {
    const language = languageName(request.language)
    // Google's own wording for native-audio models, which ignore speechConfig.languageCode: https://ai.google.dev/gemini-api/docs/live-guide
    lines.push(`RESPOND IN ${language}. YOU MUST RESPOND UNMISTAKABLY IN ${language}.`)
  }
  return lines.join('\n')
}

/** The text that makes the model speak first: it answers, it does not begin (https://ai.google.dev/gemini-api/docs/live-api/best-practices). */
export function greetingTrigger(greeting: string | undefined): string {
  const first = 'The person has just picked up the phone.'
  return greeting
    ? `${first} Greet them now. Say exactly this: ${JSON.stringify(greeting)}`
    : `${first} Greet them now and say why you are calling.`
}

function languageName(tag: string): string {
  try {
    return (new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag).toUpperCase()
  } catch {
    return tag
  }
}

/** What the model is told in the course of a call. It acts on these words; it must not read them out. */
export const CUES = {
  nudge: 'The person is waiting for your answer. Please answer them now.',
  goOn: 'The line broke for a moment while you spoke. Go on where you were cut off.',
  rePrompt: 'The person has been silent for a while. Ask them, in a few words, whether they are still there.',
  nobodyThere: `Nobody answers any more. Say a short goodbye and call ${END_CALL.name}.`,
  enoughTurns: `The conversation has been long enough. Say a short, friendly goodbye now and call ${END_CALL.name}.`,
  timeIsUp: `The call must end in twenty seconds. Come to the end now, say goodbye, and call ${END_CALL.name}.`,
  holdOn:
    'That takes a moment longer. Ask the person, in a few words, to hold on. The result will come by itself.',
} as const

/** The person entered something with the keys of their phone. */
export function keysCue(digits: string): string {
  return `The person pressed these keys on their phone: ${digits}`
}

/** A machine records: this is the message for it. */
export function messageCue(message: string): string {
  return `An answering machine is recording now. Say exactly this, and nothing else: ${JSON.stringify(message)}`
}
