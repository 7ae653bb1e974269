/** Events in words: the chatter beside the transcript, for every view. */
import { END_CALL, PRESS_DIGITS, REPORT_MACHINE, TRANSFER_CALL } from '../call/conversation/built-in-tools.ts'
import type { JournalEvent } from '../call/events.ts'
import { cleanLine, cleanStart } from './clean-text.ts'
import { formatClock, formatMoney, formatTimeSpan } from './quantity.ts'

/** What the chatter beside the transcript says of an event; clean, one line each. */
type Chatter = {
  /** A stage has been reached. */
  done?: string
  /** A stage has begun that takes a while. */
  waiting?: string
  /** Something has happened in the midst of the talk. */
  note?: string
  /** For those who asked for more. */
  detail?: string
}

const VIA = { ngrok: 'ngrok tunnel', own: 'your own address', loopback: 'this machine only' } as const

/** Functions whose use shows by itself: as keys in the transcript, as a note, or as the end. */
const SHOWN_OTHERWISE: readonly string[] = [END_CALL, PRESS_DIGITS, REPORT_MACHINE, TRANSFER_CALL].map(
  ({ name }) => name,
)
/** No function has a longer name than the model's API allows. */
const MAX_NAME_CHARS = 128
const MAX_ARGS_CHARS = 200

const NOT_PUT_THROUGH = {
  busy: 'the line is busy',
  'no-answer': 'nobody answered',
  failed: 'the carrier could not do it',
  canceled: 'it was canceled',
} as const

/** The chatter of an event. The transcript, warnings and the end have functions of their own. */
export function chatter(event: JournalEvent): Chatter {
  const said = words(event)
  return {
    ...(said.done !== undefined && { done: cleanLine(said.done) }),
    ...(said.waiting !== undefined && { waiting: cleanLine(said.waiting) }),
    ...(said.note !== undefined && { note: cleanLine(said.note) }),
    ...(said.detail !== undefined && { detail: cleanLine(said.detail) }),
  }
}

function words(event: JournalEvent): Chatter {
  switch (event.type) {
    case 'call.requested':
      return {
        waiting: `Preparing the call to ${event.to}`,
        detail: `from ${event.from}, model ${event.model}, voice ${event.voice}`,
      }
    case 'ingress.ready':
      return { done: `Public address open (${VIA[event.via]})`, detail: event.publicUrl }
    case 'model.ready':
      return {
        done: `Voice ${event.voice} ready (${event.model})`,
        detail: `model connected in ${formatTimeSpan(event.connectMs)}`,
      }
    case 'call.created':
      return { waiting: 'Dialling', detail: `call ${event.callSid}` }
    case 'call.status':
      return event.status === 'ringing' ? { waiting: 'Ringing' } : { detail: `carrier: ${event.status}` }
    case 'call.answered':
      return {
        done: `Answered after ${formatTimeSpan(event.ringMs)}`,
        ...(event.answeredBy !== 'unknown' && { detail: `answered by ${event.answeredBy}` }),
      }
    case 'media.started':
      return { detail: `media stream ${event.streamSid}` }
    case 'turn.ended':
      return {
        detail: `turn ${event.turn}, ${event.speaker}: ${formatClock(event.startMs)} to ${formatClock(event.endMs)}, ${formatTimeSpan(event.heardMs)} heard`,
      }
    case 'latency':
      return { detail: `turn ${event.turn}: first sound after ${formatTimeSpan(event.responseMs)}` }
    case 'media.reconnected':
      return {
        detail: `sound back after ${formatTimeSpan(event.gapMs)}, media stream ${event.streamSid}`,
      }
    case 'machine.detected':
      return {
        note: `${capital(whoAnswered(event.answeredBy))} answered, says the ${event.by}`,
        detail: `answered by ${cleanStart(event.answeredBy, MAX_NAME_CHARS)}`,
      }
    case 'message.started':
      return { note: 'Leaving the message' }
    case 'transfer.started':
      return { note: `Putting the person through to ${event.to}…` }
    case 'transfer.connected':
      return { note: 'They are talking; waiting for the end of the call' }
    case 'transfer.failed':
      return { note: `Not put through: ${NOT_PUT_THROUGH[event.why]}; the person is back` }
    case 'tool.called': {
      const name = functionName(event.name)
      return {
        ...(!SHOWN_OTHERWISE.includes(name) && { note: `… agent uses ${name}` }),
        detail: `tool ${name} ${cleanStart(JSON.stringify(event.args), MAX_ARGS_CHARS)}`,
      }
    }
    case 'tool.returned': {
      const name = functionName(event.name)
      return {
        ...(!event.ok && name !== END_CALL.name && { note: `… ${name} failed` }),
        detail: `tool ${name} ${event.ok ? 'done' : 'failed'}`,
      }
    }
    case 'model.reconnected':
      return { detail: `model session carried over (${event.reason}), sound held for ${event.gapMs} ms` }
    case 'usage':
      return {
        detail: `${event.promptTokens} tokens in, ${event.responseTokens} out, ${formatMoney(event.estimatedCostUsd)}`,
      }
    case 'transcript.delta':
    case 'agent.interrupted':
    case 'dtmf.received':
    case 'dtmf.sent':
    case 'warning':
    case 'call.ended':
      return {}
    default:
      event satisfies never
      return {}
  }
}

/** Who answered, in words with an article; `answeredBy` as in `machine.detected`. */
export function whoAnswered(answeredBy: string): string {
  if (answeredBy === 'human') return 'a person'
  if (answeredBy === 'fax') return 'a fax machine'
  return answeredBy.startsWith('machine') ? 'a machine' : 'somebody unknown'
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The model may call what nobody has declared: of such a name only that is shown which a name can have. */
function functionName(name: string): string {
  return cleanStart(name, MAX_NAME_CHARS).replace(/[^\w.:…-]+/g, '_')
}
