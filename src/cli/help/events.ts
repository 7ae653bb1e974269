/** `ai-caller help events`. */
import type { JournalEvent } from '../../call/events.ts'
import type { Block } from './blocks.ts'

type EventType = JournalEvent['type']

/** All its fields; without `Required` those that may be absent could be forgotten. */
type FieldOf<T extends EventType> = Exclude<keyof Required<Extract<JournalEvent, { type: T }>>, 'type'>

/** What each event says, and each of its fields. */
export const EVENTS = {
  'call.requested': {
    about: 'The first event: a call is going to be placed.',
    fields: {
      to: 'the number that is rung, in E.164',
      from: 'the number that the callee sees',
      voice: "the agent's voice",
      model: "the model's id",
    },
  },
  'ingress.ready': {
    about: 'The public address is open and proven.',
    fields: { publicUrl: 'the address', via: 'ngrok, own or loopback' },
  },
  'model.ready': {
    about: 'The session with the model is open.',
    fields: { model: "the model's id", voice: "the agent's voice", connectMs: 'how long that took' },
  },
  'model.reconnected': {
    about: 'The session goes on over a new connection.',
    fields: {
      reason: 'going-away, age, lost or stalled',
      gapMs: "how long the person's sound was held back for it",
    },
  },
  'call.created': { about: 'The carrier has the call.', fields: { callSid: "the carrier's id of it" } },
  'call.status': {
    about: 'The carrier says how the call stands.',
    fields: {
      status: 'queued, initiated, ringing, in-progress, completed, busy, no-answer, failed or canceled',
    },
  },
  'call.answered': {
    about: 'Somebody, or something, has answered.',
    fields: {
      ringMs: 'from dialling to the answer',
      answeredBy: 'human, machine_start and the like, or unknown, as the carrier says',
    },
  },
  'media.started': {
    about: 'The sound flows. Times within the call count from here.',
    fields: { streamSid: "the carrier's id of the stream" },
  },
  'media.reconnected': {
    about: 'The carrier connected the sound anew, after keys were pressed or a transfer failed.',
    fields: { streamSid: "the carrier's id of the new stream", gapMs: 'how long there was no sound' },
  },
  'machine.detected': {
    about: 'It is known who answered: a machine, or a human being after all.',
    fields: { answeredBy: "the carrier's word, or machine", by: 'who found out: carrier or agent' },
  },
  'transcript.delta': {
    about: "A piece of a turn as it is spoken; of the agent's words only those that have been played.",
    fields: { speaker: 'person or agent', turn: 'the number of the turn', text: 'the words' },
  },
  'turn.ended': {
    about: 'Somebody has finished speaking.',
    fields: {
      speaker: 'person or agent',
      turn: 'counts from 1 over both speakers',
      text: 'what was said; of an agent that was cut, what was heard of it',
      unheardText: 'only of an agent that was cut: the words that nobody heard',
      startMs: 'when its sound began',
      endMs: 'when its sound ended',
      interrupted: 'true when it was cut off',
      heardMs: 'how much of its sound was heard',
    },
  },
  'agent.interrupted': {
    about: 'The person spoke, and the agent fell silent.',
    fields: { turn: 'the turn that was cut', heardMs: 'how much of it had been heard' },
  },
  latency: {
    about: 'How fast the agent answered.',
    fields: {
      turn: 'the turn of the answer',
      responseMs: "from the end of the person's speech to the first sound of the answer",
    },
  },
  'tool.called': {
    about: 'The model calls a function.',
    fields: { name: 'which one', args: 'its arguments, an object' },
  },
  'tool.returned': {
    about: 'The function has answered.',
    fields: { name: 'which one', ok: 'false when it failed' },
  },
  'dtmf.received': { about: 'The person pressed a key.', fields: { digit: '0 to 9, * or #' } },
  'dtmf.sent': {
    about: 'The agent pressed keys.',
    fields: { digits: 'the keys; w and W are pauses of 0.5 s and 1 s' },
  },
  'message.started': {
    about: 'The machine records; what the agent says from now on is the message for it.',
    fields: {},
  },
  'transfer.started': {
    about: 'The person is being put through.',
    fields: { to: 'the number, in E.164' },
  },
  'transfer.connected': { about: 'The transfer has worked.', fields: { to: 'the number' } },
  'transfer.failed': {
    about: 'It has not; the person is back with the agent.',
    fields: { to: 'the number', why: 'busy, no-answer, failed or canceled' },
  },
  usage: {
    about: 'What the model billed since the last such event.',
    fields: {
      estimatedCostUsd: 'its price in US dollars, an estimate',
      promptTokens: 'tokens read',
      promptAudioTokens: 'those of them that are sound',
      responseTokens: 'tokens made',
      responseAudioTokens: 'those of them that are sound',
      thoughtTokens: 'tokens thought',
      totalTokens: 'all of them',
    },
  },
  warning: {
    about: 'Something is not as it should be; the call goes on.',
    fields: {
      code: 'a word for programs',
      message: 'a sentence',
      hint: 'what to do, where there is something',
    },
  },
  'call.ended': {
    about: 'Always the last event.',
    fields: {
      reason: "why it ended; 'ai-caller help exit-codes' lists the words",
      exitCode: "the program's exit code",
      durationMs: 'from the answer to the end; 0 when nobody answered',
      callSid: "the carrier's id of the call, or null",
      messageLeft: 'whether a machine was left the message for it, whole',
      answeredBy: "who answered: the carrier's word, machine, or unknown",
      dialled: 'whether a phone was rung: yes, no or unknown',
      hungUp: 'whether the call is proven over: true, false (there was none) or unknown',
      turns: 'finished turns of either side',
      interruptions: 'how often the agent was cut',
      latencyP50Ms: 'the median of responseMs, or null',
      latencyP95Ms: 'its 95th percentile, or null',
      heardLatencyP50Ms: 'the median of the same up to the first sound that can be heard, or null',
      heardLatencyP95Ms: 'its 95th percentile, or null',
      estimatedCostUsd: "the model's price in US dollars, an estimate",
      error: 'only when something failed: { message, hint }',
    },
  },
} as const satisfies { [T in EventType]: { about: string; fields: Record<FieldOf<T>, string> } }

/** The events of `--json`, in the order in which they first come. */
export function eventsTopic(): Block[] {
  return [
    {
      type: 'text',
      text: "'ai-caller call --json' writes one event a line to stdout, each a JSON object, and nothing else. The folder of a call keeps the same lines in events.ndjson.",
    },
    {
      type: 'text',
      text: 'Every event has type, at (the time in ISO 8601, with milliseconds) and seq (1, 2, 3 and so on, without gaps). Fields that end in Ms are milliseconds. More events and fields may come; these stay.',
    },
    ...Object.entries(EVENTS).map(
      ([type, { about, fields }]): Block => ({
        type: 'entry',
        term: type,
        text: about,
        rows: Object.entries(fields).map(([term, text]) => ({ term, text })),
      }),
    ),
    {
      type: 'verbatim',
      text: [
        'ai-caller call "$NUMBER" --json |',
        `  jq -r 'select(.type == "turn.ended") | "\\(.speaker): \\(.text)"'`,
      ].join('\n'),
    },
  ]
}
