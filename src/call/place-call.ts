/** One call from beginning to end: open everything, ring, talk, hang up, close everything, report. */
import { createCloseStack } from '../flow/close-stack.ts'
import { settledWithin } from '../flow/deadline.ts'
import { type Bridge, createBridge } from './bridge.ts'
import type { JournalNote } from './call-journal.ts'
import type { OutboundCall } from './carrier.ts'
import { builtInDeclarations } from './conversation/built-in-tools.ts'
import { systemInstruction } from './conversation/instructions.ts'
import { LONGEST_TRANSFER_MS } from './conversation/line-work.ts'
import { type End, endWithMachine } from './end-reason.ts'
import { toCallError } from './error.ts'
import type { Emit, Speaker } from './events.ts'
import { createFigures } from './figures.ts'
import { followLine, type Line } from './line.ts'
import { type CallParts, openParts } from './open-parts.ts'
import { createPhone } from './phone.ts'
import { type CallReport, inWords } from './report.ts'
import type { CallRequest } from './request.ts'
import { ring } from './ring.ts'
import { stopped, stopReason } from './stop.ts'
import { talk } from './talk.ts'
import { closeFailed, warning } from './warnings.ts'

/** The carrier's own limit stands behind ours, in case we are gone by then. */
const TIME_LIMIT_MARGIN_MS = 15_000
/** Hanging up may take this long in all, retries and confirmation included; real time. */
const HANG_UP_WITHIN_MS = 25_000
/** The status that says so is on its way when the carrier has confirmed the end. */
const LAST_STATUS_WITHIN_MS = 1000

type Facts = Pick<CallReport, 'callSid' | 'answeredBy' | 'dialled' | 'hungUp' | 'durationMs'>

const NOT_DIALLED = { dialled: 'no', hungUp: false } as const satisfies Partial<Facts>
const IN_DOUBT = { dialled: 'unknown', hungUp: 'unknown' } as const satisfies Partial<Facts>

/**
 * Places the call and lives through it. Whatever ends it comes back as the report; nothing rejects. When this resolves, the call is over
 * (or reported as unknown), both legs are closed and the public address is gone. `signal` aborts with a `StopReason`; when `leave` aborts
 * after it, nothing is waited for any more and what is not proven is reported as unknown.
 */
export async function placeCall(
  request: CallRequest,
  parts: CallParts,
  signal: AbortSignal,
  leave: AbortSignal = new AbortController().signal,
): Promise<CallReport> {
  const figures = createFigures()
  const facts: Facts = { callSid: null, answeredBy: 'unknown', ...NOT_DIALLED, durationMs: 0 }
  const opened = createCloseStack()
  let note: JournalNote | undefined
  let isMachine = false
  const spoken: { speaker: Speaker; text: string }[] = []
  const emit: Emit = (event) => {
    figures.note(event)
    if (event.type === 'transfer.started') void note?.extend(LONGEST_TRANSFER_MS)
    if (event.type === 'machine.detected') facts.answeredBy = event.answeredBy
    isMachine ||= event.type === 'machine.detected' && request.onMachine.type !== 'continue'
    if (event.type === 'turn.ended' && event.text !== '')
      spoken.push({ speaker: event.speaker, text: event.text })
    parts.emit(event)
  }
  const live = async (): Promise<End> => {
    const { to, from, voice, model } = request
    emit({ type: 'call.requested', to, from, voice, model })
    const setup = {
      ...{ model, voice, language: request.language, inputRate: request.inputRate },
      systemInstruction: systemInstruction(request),
      tools: builtInDeclarations(request),
      voiceActivity: request.voiceActivity,
      history: () => spoken,
    }
    const ready = await openParts(setup, { ...parts, emit }, opened, signal)
    const { carrier, clock } = parts
    const { model: session, tools, ingress } = ready
    const bridge = createBridge({ model: session, clock, emit, request, tools, doNotCall: parts.doNotCall })

    const { ringTimeoutMs, maxDurationMs, digits, detectMachine } = request
    const timeLimitMs = maxDurationMs + TIME_LIMIT_MARGIN_MS
    const order = { to, from, ringTimeoutMs, timeLimitMs, digits, detectMachine }
    note = await parts.journal.intend({ to, from, longestMs: ringTimeoutMs + timeLimitMs })
    Object.assign(facts, IN_DOUBT)
    const call = await carrier.dial(order, ingress.doors, signal).catch((error: unknown) => {
      if (toCallError(error).code !== 'dial-unknown') Object.assign(facts, NOT_DIALLED)
      throw error
    })
    void note.placed(call.callId)
    facts.dialled = 'yes'
    facts.callSid = call.callId
    emit({ type: 'call.created', callSid: call.callId })
    const line = followLine(call, clock, emit)
    opened.push('call', () => endCall(call, line, bridge, facts), HANG_UP_WITHIN_MS)

    void call.detected.then(({ answeredBy }) => {
      facts.answeredBy = answeredBy
    })
    const answer = await ring({ call, line, bridge, ingress, clock, ringTimeoutMs, digits }, signal)
    if ('end' in answer) return answer.end
    emit({ type: 'media.started', streamSid: answer.leg.streamId })
    const phone = createPhone(answer.leg, call, clock)
    const end = await talk({ phone, detected: call.detected, line, bridge, clock, maxDurationMs }, signal)
    if (end === 'person-hung-up' && phone.away) emit(warning('sound-not-back'))
    if (end !== 'transferred') return end
    // The person talks to somebody else now. No call is left alone: this one lasts until they have done talking.
    bridge.close()
    await session.close()
    return Promise.race([line.final.then((): End => end), stopped(signal)])
  }

  const left = aborted(leave)
  const ended = await Promise.race([
    live().catch((error: unknown): End => whyFailed(error, signal)),
    left.then((): End => stopReason(signal) ?? 'sigterm'),
  ])
  const end = isMachine ? endWithMachine(ended) : ended
  const stuck = await Promise.race([opened.close(), left.then(() => [])])
  // Only what is proven leaves the journal; the rest is for the next run to find.
  if (facts.dialled === 'no' || facts.hungUp === true) await note?.over()
  if (stuck.length > 0) emit(closeFailed(stuck))
  const { messageLeft } = figures.figures()
  if (end === 'machine' && request.onMachine.type === 'leave-message' && !messageLeft)
    emit(warning('message-not-left'))
  return { ...inWords(end, facts), ...facts, ...figures.figures() }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Hangs up first and closes the socket after it: closing it first would leave the ending to the rest of the TwiML. */
async function endCall(call: OutboundCall, line: Line, bridge: Bridge, facts: Facts): Promise<void> {
  facts.durationMs = line.sinceAnswerMs
  bridge.close()
  if ((await call.hangUp()) === 'ended') {
    facts.hungUp = true
    await settledWithin(line.final, LAST_STATUS_WITHIN_MS)
  }
  await call.close()
}

/** Being told to stop explains every failure that follows, except the doubt whether somebody's phone rings. */
function whyFailed(error: unknown, signal: AbortSignal): End {
  const failure = toCallError(error)
  if (failure.code === 'dial-unknown') return failure
  return stopReason(signal) ?? failure
}
