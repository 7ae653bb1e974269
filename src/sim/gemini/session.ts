/** One WebSocket session: the setup, the order of messages, and how it ends. */
import type { RawData, WebSocket } from 'ws'
import type { Clock } from '../../flow/clock.ts'
import type { AgentTurn, Scenario } from '../scenario.ts'
import { type ClientMessage, readClientMessage } from './client-messages.ts'
import { type Conversation, createConversation } from './conversation.ts'
import type { SessionRecord } from './observations.ts'
import { closeReason, INVALID_ARGUMENT, type Refusal } from './refusal.ts'
import { createScriptCursor, type ScriptPlace } from './script-cursor.ts'
import { settingsOf } from './setup-rules.ts'
import type { PlanOptions } from './turn-plan.ts'

/** What a session needs of its server. */
export type SessionDeps = {
  scenario: Scenario
  clock: Clock
  speech: (turn: AgentTurn) => Promise<Int16Array>
  plan: PlanOptions
  record: SessionRecord
  changed: () => void
  /** Resumption handles given out, by any session of this server. */
  handles: Map<string, ScriptPlace>
  newId: () => string
  /** True once for the turn at which the scenario has the model close. */
  takeCloseFault: (turn: number) => { code: number; reason: string } | undefined
}

/** How long the service takes to answer a setup, in ms. */
const SETUP_MS = 150

/** Serves one accepted socket until it closes. */
export function serveSession(socket: WebSocket, deps: SessionDeps): void {
  const { record, clock, scenario } = deps
  let state: 'new' | 'preparing' | 'open' | 'closed' = 'new'
  let conversation: Conversation | undefined
  let detectsVoice = true

  const end = (code: number, reason: string) => {
    if (state === 'closed') return
    state = 'closed'
    conversation?.close()
    record.closed = { code, reason: closeReason(reason), by: 'server' }
    // 1006 cannot be sent: it is what the other side sees of a broken connection.
    if (code === 1006) socket.terminate()
    else socket.close(code, closeReason(reason))
    deps.changed()
  }
  const refuse = ({ code, reason }: Refusal) => {
    record.violations.push(reason)
    end(code, reason)
  }
  const send = (message: Record<string, unknown>) => {
    // Google sends JSON, indented, in binary frames.
    if (state === 'open') socket.send(Buffer.from(`${JSON.stringify(message, null, 2)}\n`))
  }
  const breaks = (turn: number) => {
    const fault = deps.takeCloseFault(turn)
    if (fault) end(fault.code, fault.reason)
    return fault !== undefined
  }

  const setUp = async (setup: Record<string, unknown>) => {
    record.setup = setup
    state = 'preparing'
    const settings = settingsOf(setup)
    if ('code' in settings) return refuse(settings)
    const handle = settings.resumption?.handle
    const place = handle === undefined ? undefined : deps.handles.get(handle)
    if (handle !== undefined && !place)
      return refuse({ code: 1008, reason: 'BidiGenerateContent session not found' })
    if (scenario.faults.modelSilent) return

    await clock.sleep(SETUP_MS)
    if (breaks(0) || state !== 'preparing') return
    const cursor = createScriptCursor(scenario.turns, place)
    conversation = createConversation({
      settings,
      cursor,
      clock,
      speech: deps.speech,
      plan: deps.plan,
      send,
      record,
      changed: deps.changed,
      breaks,
      newHandle() {
        const newHandle = deps.newId()
        deps.handles.set(newHandle, cursor.place)
        return newHandle
      },
      newCallId: () => `function-call-${deps.newId()}`,
      failed: (error) => end(1011, `Internal error encountered. ${String(error)}`),
    })
    detectsVoice = settings.detectsVoice
    state = 'open'
    send({ setupComplete: {} })
  }

  const receive = (message: ClientMessage) => {
    if (message.type === 'setup') {
      // The first message, and only the first.
      if (state !== 'new') return refuse(INVALID_ARGUMENT)
      setUp(message.setup).catch((error) => end(1011, `Internal error encountered. ${String(error)}`))
      return
    }
    if (!conversation) return refuse(INVALID_ARGUMENT)
    switch (message.type) {
      case 'audio': {
        const { audio } = record
        audio.messages += 1
        audio.samples += message.pcm.length
        audio.ms += (message.pcm.length * 1000) / message.rate
        audio.rate = message.rate
        return conversation.hear(message.pcm, message.rate)
      }
      case 'text':
        record.texts.push(message.text)
        return conversation.read(message.text, false)
      case 'content':
        record.texts.push(message.text)
        if (message.complete) conversation.read(message.text, true)
        return
      case 'activity':
        if (detectsVoice)
          return refuse({
            code: 1007,
            reason:
              'Explicit activity control is not supported when automatic activity detection is enabled.',
          })
        return conversation.markSpeech(message.speaking)
      case 'tool-response':
        record.toolResponses.push(...message.responses)
        return conversation.takeToolResponses(message.responses)
      case 'ignored':
        return
      default:
        message satisfies never
    }
  }

  socket.on('message', (data) => {
    const messages = readClientMessage(frameText(data))
    if (state === 'closed') return
    if ('code' in messages) refuse(messages)
    else for (const message of messages) receive(message)
    deps.changed()
  })
  socket.on('error', () => {}) // A broken frame or connection; 'close' follows.
  socket.on('close', (code, reason) => {
    conversation?.close()
    if (state !== 'closed') record.closed = { code, reason: reason.toString(), by: 'client' }
    state = 'closed'
    deps.changed()
  })
}

function frameText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString()
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString()
}
