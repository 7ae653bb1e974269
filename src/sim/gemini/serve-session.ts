/** One WebSocket session: the setup, the order of messages, and how it ends. */
import type { RawData, WebSocket } from 'ws'
import type { Clock } from '../../flow/clock.ts'
import type { Faults } from '../scenario.ts'
import type { ClientConnection } from './client-connection.ts'
import { type ClientMessage, readClientMessage, textsOf } from './client-messages.ts'
import { limitLifetime, type PlannedDrops } from './connection-life.ts'
import type { ClientEnd } from './model-talk.ts'
import type { ModelTalks, Resumption } from './model-talks.ts'
import type { SessionRecord } from './observations.ts'
import { closeReason, INVALID_ARGUMENT, type Refusal } from './refusal.ts'
import { type SessionSettings, settingsOf } from './setup-rules.ts'
import { createSoundPrinter } from './sound-print.ts'

/** What a session needs of its server. */
type SessionDeps = {
  faults: Faults
  clock: Clock
  talks: ModelTalks
  drops: PlannedDrops
  record: SessionRecord
  changed: () => void
  /** Breaks the TCP connection with a reset. */
  reset: () => void
  /** True once for the turn at which the scenario has the model close. */
  takeCloseFault: (turn: number) => { code: number; reason: string } | undefined
}

/** How long the service takes to answer a setup, in ms. */
const SETUP_MS = 150

/** Serves one accepted socket until it closes. */
export function serveSession(socket: WebSocket, deps: SessionDeps): void {
  const { record, clock, faults, talks } = deps
  const printer = createSoundPrinter(record.audio.prints)
  let state: 'new' | 'preparing' | 'open' | 'closed' = 'new'
  let client: ClientEnd | undefined
  let connection: ClientConnection | undefined
  let detectsVoice = true
  const leaving: (() => void)[] = []

  const leave = (closed: NonNullable<SessionRecord['closed']>) => {
    state = 'closed'
    record.closed = closed
    printer.end()
    client?.leave()
    for (const stop of leaving) stop()
    deps.changed()
  }
  const end = (code: number, text: string) => {
    if (state === 'closed') return
    const reason = closeReason(text)
    // 1006 cannot be sent: it is what the other side sees of a broken connection.
    if (code === 1006) socket.terminate()
    else socket.close(code, reason)
    leave({ code, reason, by: 'server' })
  }
  const reset = () => {
    deps.reset()
    leave({ code: 1006, reason: '', by: 'server' })
  }
  const refuse = ({ code, reason }: Refusal) => {
    record.violations.push(reason)
    end(code, reason)
  }
  const fail = (error: unknown) => end(1011, `Internal error encountered. ${String(error)}`)
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
    const resumed = handle === undefined ? undefined : talks.byHandle(handle)
    if (handle !== undefined && !resumed)
      return refuse({ code: 1008, reason: 'BidiGenerateContent session not found' })
    if (faults.modelSilent) return

    await clock.sleep(SETUP_MS)
    if (breaks(0) || state !== 'preparing') return
    if (resumed && faults.resume === 'refused') {
      talks.refused(resumed.talk)
      return end(INVALID_ARGUMENT.code, INVALID_ARGUMENT.reason)
    }
    if (resumed?.talk.isConnected && faults.resume === 'refused-while-open')
      return end(1011, 'Internal error encountered.')
    open(settings, resumed)
  }
  const open = (settings: SessionSettings, resumed: Resumption | undefined) => {
    state = 'open'
    detectsVoice = settings.detectsVoice
    connection = { settings, record, send, breaks, failed: fail }
    const told = talks.toldIn(textsOf(record.setup?.systemInstruction))
    const talk = resumed?.talk ?? told ?? talks.begin(settings)
    resumed?.takeUp()
    client = talk.join(connection, resumed !== undefined)
    leaving.push(deps.drops.opened(reset))
    send({ setupComplete: {} })
    if (!faults.goAways) return
    const stop = limitLifetime(clock, faults.goAways, {
      goAway(timeLeft) {
        record.goAway = true
        send({ goAway: { timeLeft } })
        deps.changed()
      },
      expired: () => end(1011, 'Deadline expired before operation could complete.'),
    })
    leaving.push(stop)
  }
  /** A session that began afresh is told of the one that it could not go on with. */
  const hearOf = (text: string) => {
    const told = connection && talks.toldIn(text)
    if (!connection || !told) return
    client?.leave()
    client = told.join(connection, false)
  }

  const receive = (message: ClientMessage) => {
    if (message.type === 'setup') {
      // The first message, and only the first.
      if (state !== 'new') return refuse(INVALID_ARGUMENT)
      setUp(message.setup).catch(fail)
      return
    }
    if (!client) return refuse(INVALID_ARGUMENT)
    switch (message.type) {
      case 'audio': {
        const { audio } = record
        audio.messages += 1
        audio.samples += message.pcm.length
        audio.ms += (message.pcm.length * 1000) / message.rate
        audio.rate = message.rate
        printer.add(message.pcm, message.rate)
        deps.drops.heard()
        return client.hear(message.pcm, message.rate)
      }
      case 'text':
        record.texts.push(message.text)
        return client.read(message.text, false)
      case 'content':
        record.texts.push(message.text)
        hearOf(message.text)
        if (message.complete) client.read(message.text, true)
        return
      case 'activity':
        if (detectsVoice)
          return refuse({
            code: 1007,
            reason:
              'Explicit activity control is not supported when automatic activity detection is enabled.',
          })
        return client.markSpeech(message.speaking)
      case 'tool-response':
        record.toolResponses.push(...message.responses)
        return client.takeToolResponses(message.responses)
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
    if (state !== 'closed') leave({ code, reason: reason.toString(), by: 'client' })
  })
}

function frameText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString()
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString()
}
