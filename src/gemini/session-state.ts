/** What a session's events tell about carrying it over: its handle, its open tool calls, whether it rests. Pure. */
import type { ModelEvent } from '../call/live-model.ts'

/** Follows one session over all its connections. */
type SessionState = {
  /** To be told every event, in order. */
  note(event: ModelEvent): void
  /** The newest handle. A server that says "not resumable now" gives none, but the last one stays good. */
  readonly handle: string | undefined
  /** True when the model has said nothing since the handle was given: a handle stands for a moment, and what came later is not in it. */
  readonly handleIsCurrent: boolean
  /** True when the session can be left without loss: a turn is over uncut, nobody has spoken since, no tool is called, the handle is current. */
  readonly rests: boolean
  /** Marks the call as answered; false when the session does not wait for an answer to it. */
  answer(callId: string): boolean
  /** A fresh session takes over, which knows neither handle nor calls; returns the ids of the calls that nobody waits for any more. */
  startAfresh(): string[]
}

/** The state of a session that has just begun. */
export function createSessionState(): SessionState {
  const openCalls = new Set<string>()
  let handle: string | undefined
  let handleIsCurrent = false
  let turnIsOver = false
  let cut = false

  const modelActs = () => {
    handleIsCurrent = false
    turnIsOver = false
    cut = false
  }
  return {
    note(event) {
      switch (event.type) {
        case 'audio':
        case 'agent-text':
          return modelActs()
        case 'tool-call':
          openCalls.add(event.id)
          return modelActs()
        case 'tool-cancelled':
          for (const id of event.ids) openCalls.delete(id)
          return
        case 'person-text':
          turnIsOver = false
          return
        case 'interrupted':
          turnIsOver = false
          cut = true
          return
        case 'turn-complete':
          // After an interruption it is the person who speaks.
          turnIsOver = !cut
          return
        case 'resumable':
          handle = event.handle ?? handle
          handleIsCurrent = event.handle !== undefined
          return
        case 'generation-complete':
        case 'usage':
        case 'going-away':
        case 'reconnected':
        case 'unreadable':
        case 'closed':
          return
        default:
          event satisfies never
      }
    },
    get handle() {
      return handle
    },
    get handleIsCurrent() {
      return handleIsCurrent
    },
    get rests() {
      return turnIsOver && handleIsCurrent && openCalls.size === 0
    },
    answer: (callId) => openCalls.delete(callId),
    startAfresh() {
      const cancelled = [...openCalls]
      openCalls.clear()
      handle = undefined
      modelActs()
      return cancelled
    },
  }
}
