/** Twilio's side of one media stream: 20 ms of sound each way at every beat of the line, marks told when the person has heard that far. */
import { decodeUlaw, encodeUlaw, ULAW_SILENCE } from '../g711.ts'
import { readCustomerMessage } from './customer-messages.ts'
import type { Exchange } from './exchange.ts'
import { newSid } from './formats.ts'
import { connectMediaSocket } from './media-socket.ts'
import type { EchoedMark, SimulatedStream } from './observations.ts'
import type { StreamNoun } from './parse-twiml.ts'
import { createPlayout } from './playout.ts'
import type { StreamError } from './stream-errors.ts'
import { createTape } from './tape.ts'

const FRAME_MS = 20

/** A stream while the call lasts. */
type MediaStream = {
  readonly seen: SimulatedStream
  /** Sends 20 ms of what the person says and returns the 20 ms played meanwhile. */
  beat(said: Int16Array, lineMs: number): Int16Array
  digit(digit: string): void
  /** Says `stop` and closes with 1000. May be called twice. */
  stop(): void
}

/** What a stream tells its call; from later turns of the event loop only, but for `over` after `stop`. */
type StreamNews = {
  started(): void
  /** An error or warning of Twilio's dictionary. */
  failed(error: StreamError): void
  /** The stream is over for its call: not opened, closed by the server, or stopped. A dropped stream is not. Told once. */
  over(): void
}

/** Opens the stream at once. */
export function openMediaStream(
  exchange: Exchange,
  callSid: string,
  noun: StreamNoun,
  news: StreamNews,
): MediaStream {
  const { account, faults, journal } = exchange
  const sid = newSid('MZ')
  const playout = createPlayout()
  const heard = createTape()
  const said = createTape()
  const marks: EchoedMark[] = []
  const clears: { atMs: number }[] = []
  const gaps = faults.mediaGaps ?? []
  const warned = new Set<number>()
  let state: SimulatedStream['state'] = 'connecting'
  let sequenceNumber = 0
  let frames = 0
  let chunks = 0
  let isOver = false
  let fromMs: number | undefined

  const send = (event: string, content: Record<string, unknown>) => {
    sequenceNumber += 1
    socket.send({ event, sequenceNumber: String(sequenceNumber), ...content, streamSid: sid })
  }
  const sendMedia = (ulaw: Uint8Array, atMs: number) => {
    chunks += 1
    const payload = Buffer.from(ulaw).toString('base64')
    send('media', { media: { track: 'inbound', chunk: String(chunks), timestamp: String(atMs), payload } })
  }
  const warnOnce = (warning: StreamError) => {
    if (!warned.has(warning.code)) news.failed(warning)
    warned.add(warning.code)
  }
  const echo = (name: string, cleared: boolean) => {
    marks.push({ name, atMs: frames * FRAME_MS, cleared })
    send('mark', { mark: { name } })
  }
  const open = () => {
    state = 'open'
    socket.send({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    send('start', {
      start: {
        accountSid: account.sid,
        streamSid: sid,
        callSid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: noun.parameters,
      },
    })
    news.started()
  }
  const receive = (text: string) => {
    const message = readCustomerMessage(text, sid)
    if ('problem' in message) return news.failed({ code: 31951, detail: message.problem })
    switch (message.event) {
      case 'media':
        if (!playout.add(message.ulaw)) warnOnce({ code: 31931, detail: 'more than 600 s buffered' })
        break
      case 'mark':
        if (playout.mark(message.name)) echo(message.name, false)
        break
      case 'clear':
        clears.push({ atMs: frames * FRAME_MS })
        for (const name of playout.clear()) echo(name, true)
        break
      default:
        message satisfies never
    }
    return journal.changed()
  }
  const end = (last: SimulatedStream['state']) => {
    journal.changed()
    if (isOver) return
    isOver = true
    if (state !== 'dropped') state = last
    news.over()
  }
  const socket = connectMediaSocket(exchange, noun, {
    opened: () => (state === 'connecting' ? open() : undefined),
    refused(error) {
      if (state !== 'connecting') return
      news.failed(error)
      end('failed')
    },
    text: (message) => (state === 'open' ? receive(message) : undefined),
    binary: () => (state === 'open' ? warnOnce({ code: 31950, detail: 'a binary frame' }) : undefined),
    failed: (error) => (state === 'open' ? news.failed(error) : undefined),
    closed: () => (state === 'dropped' ? journal.changed() : end('closed')),
  })

  return {
    seen: {
      sid,
      url: noun.url,
      customParameters: noun.parameters,
      marks,
      clears,
      get upgradeStatus() {
        return socket.upgradeStatus
      },
      get state() {
        return state
      },
      get fromMs() {
        return fromMs
      },
      get closeCode() {
        return socket.closeCode
      },
      get heard() {
        return heard.read()
      },
      get said() {
        return said.read()
      },
      get bufferedMs() {
        return playout.bufferedMs
      },
    },
    beat(frame, lineMs) {
      if (state !== 'open') return new Int16Array(frame.length)
      fromMs ??= lineMs
      const atMs = frames * FRAME_MS
      frames += 1
      const isGap = gaps.some((gap) => atMs >= gap.atMs && atMs < gap.atMs + gap.forMs)
      const ulaw = isGap ? new Uint8Array(frame.length).fill(ULAW_SILENCE) : encodeUlaw(frame)
      if (!isGap) sendMedia(ulaw, atMs)
      const played = playout.next()
      said.write(ulaw)
      heard.write(played.ulaw)
      for (const name of played.passed) echo(name, false)
      if (faults.mediaDropMs !== undefined && frames * FRAME_MS >= faults.mediaDropMs) {
        state = 'dropped'
        socket.break()
      }
      return decodeUlaw(played.ulaw)
    },
    digit(digit) {
      if (state === 'open') send('dtmf', { dtmf: { track: 'inbound_track', digit } })
    },
    stop() {
      if (state === 'open') {
        send('stop', { stop: { accountSid: account.sid, callSid } })
        socket.close()
      } else if (state === 'connecting') socket.break()
      end('closed')
    },
  }
}
