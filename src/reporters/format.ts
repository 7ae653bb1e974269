/** Events in words: what one line says of each, for every view and for the transcript that is kept. */
import type { JournalEvent, Speaker } from '../call/events.ts'
import { cleanLine } from './clean-text.ts'
import { noPaint, type Paint } from './paint.ts'
import { formatClock, formatMoney, formatTimeSpan } from './quantity.ts'

/** What the chatter beside the transcript says of an event; clean, one line each. */
type Chatter = {
  /** A stage has been reached. */
  done?: string
  /** A stage has begun that takes a while. */
  waiting?: string
  /** For those who asked for more. */
  detail?: string
}

const VIA = { ngrok: 'ngrok tunnel', own: 'your own address', loopback: 'this machine only' } as const

/** The chatter of an event. The transcript, warnings and the end have functions of their own. */
export function chatter(event: JournalEvent): Chatter {
  const said = words(event)
  return {
    ...(said.done !== undefined && { done: cleanLine(said.done) }),
    ...(said.waiting !== undefined && { waiting: cleanLine(said.waiting) }),
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
    case 'tool.called':
      return { detail: `tool ${event.name} ${JSON.stringify(event.args)}` }
    case 'tool.returned':
      return { detail: `tool ${event.name} ${event.ok ? 'done' : 'failed'}` }
    case 'model.reconnected':
      return { detail: `model session carried over (${event.reason}), sound held for ${event.gapMs} ms` }
    case 'usage':
      return {
        detail: `${event.promptTokens} tokens in, ${event.responseTokens} out, ${formatMoney(event.estimatedCostUsd)}`,
      }
    case 'transcript.delta':
    case 'agent.interrupted':
    case 'dtmf.received':
    case 'warning':
    case 'call.ended':
      return {}
    default:
      event satisfies never
      return {}
  }
}

/** A finished turn or a pressed key as one clean line of a written transcript; undefined for events that are no speech, and for empty turns. */
export function transcriptLine(
  event: JournalEvent,
  atMs: number,
  paint: Paint = noPaint,
): string | undefined {
  if (event.type === 'dtmf.received') return spoken('person', keyPressed(event.digit), atMs, paint)
  if (event.type !== 'turn.ended') return undefined
  const said = cleanLine(event.text).trim()
  if (said === '' && (!event.interrupted || event.heardMs === 0)) return undefined
  const cut = event.interrupted ? ' —[cut off]' : ''
  return spoken(event.speaker, `${said}${cut}`.trim(), event.startMs, paint)
}

function spoken(speaker: Speaker, text: string, atMs: number, paint: Paint): string {
  return `${formatClock(atMs)} ${paint[speaker](speaker)}: ${text}`
}

/** A pressed key, as it stands in a transcript. */
export function keyPressed(digit: string): string {
  return `[pressed ${cleanLine(digit)}]`
}

/** Where the agent was cut off, as it stands in the live transcript. */
export function cutOff(heardMs: number): string {
  return `▌ cut off after ${formatTimeSpan(heardMs)}`
}
