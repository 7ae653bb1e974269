/**
 * The simulated Twilio and Gemini in a process of their own, and at their side the bare pipes to compare with. Argument: the scenario as
 * JSON. Sends its settings to its parent; then answers `begin` (of the measurement), `end` and `judge`.
 */
import events from 'node:events'
import { WebSocket } from 'ws'
import { createResampler } from '../../dist/audio/resample.js'
import { createClock } from '../../dist/flow/clock.js'
import { soundPrints } from '../../dist/sim/gemini/sound-print.js'
import { startSimulation } from '../../dist/sim/simulation.js'
import { stampWires } from './wire-stamps.mjs'

const PIPES = 10
const FRAME_MS = 20
/** Four seconds: the person says the same again and again, so a frame that is missing here comes again later. */
const LOOK_AHEAD_FRAMES = 200
/** As long as a media message. */
const PIPED = 'x'.repeat(330)

const scenario = JSON.parse(process.argv[2])
events.defaultMaxListeners = 0 // Hundreds of calls listen for the end of one simulation.
const wires = stampWires()
const simulation = await startSimulation(scenario, createClock(scenario.speed))
/** The measured time, and how much every person had said at its end. */
const window = { fromMs: 0, toMs: Number.POSITIVE_INFINITY, cpu: undefined, saidMs: new Map() }
const piped = []

process.on('message', async (message) => {
  switch (message.type) {
    case 'pipe':
      for (let i = 0; i < PIPES; i += 1)
        await openPipe(`ws://127.0.0.1:${message.port}/${i}`, (i * FRAME_MS) / PIPES)
      return process.send({ type: 'piping' })
    case 'begin':
      window.fromMs = performance.now()
      window.cpu = process.cpuUsage()
      return
    case 'end': {
      window.toMs = performance.now()
      for (const { sid, stream } of simulation.twilio.calls) window.saidMs.set(sid, soundMs(stream))
      const { user, system } = process.cpuUsage(window.cpu)
      return process.send({ type: 'cpu', share: (user + system) / 1000 / (window.toMs - window.fromMs) })
    }
    case 'judge':
      return process.send({ type: 'judgement', ...judge(message.names) })
    default:
      throw new Error(`unknown message ${message.type}`)
  }
})
process.once('disconnect', () => process.exit())
process.send({ type: 'settings', settings: simulation.settings })

/** A frame every 20 ms through a pipe, whose times are noted. */
async function openPipe(url, offsetMs) {
  const ends = [new WebSocket(url, { perMessageDeflate: false })]
  await new Promise((resolve) => ends[0].once('open', resolve))
  const far = new WebSocket(url, { perMessageDeflate: false })
  await new Promise((resolve) => far.once('message', resolve))
  const sentMs = []
  far.on('message', () => {
    const atMs = sentMs.shift()
    if (isMeasured(atMs)) piped.push(performance.now() - atMs)
  })
  const startMs = performance.now() + offsetMs
  let frames = 0
  const beat = () => {
    frames += 1
    sentMs.push(performance.now())
    ends[0].send(PIPED)
    setTimeout(beat, Math.max(0, startMs + frames * FRAME_MS - performance.now()))
  }
  beat()
}

function isMeasured(atMs) {
  return atMs >= window.fromMs && atMs < window.toMs
}

/** What came of the calls: `names` has the name in each one's prompt, by call SID. */
function judge(names) {
  const { twilio, gemini } = simulation
  const sessionOf = new Map(gemini.sessions.map((session) => [nameIn(session), session]))
  const up = []
  const down = []
  const sum = {
    calls: twilio.calls.length,
    frames: 0,
    lostFrames: 0,
    filledFrames: 0,
    agentTurns: 0,
    lostAgentMs: 0,
    lateCalls: 0,
    unpaired: 0,
  }
  for (const call of twilio.calls) {
    const name = names[call.sid]
    const session = sessionOf.get(name)
    const phone = call.stream && wires.phones.get(call.stream.url)
    const model = wires.models.get(name)
    if (!phone || !session || !model) {
      sum.unpaired += 1
      continue
    }
    const said = call.stream.said
    sum.frames += said.length / 160
    const { lost, filled } = compareSound(said, session)
    sum.lostFrames += lost
    sum.filledFrames += filled
    // What was said after that was still on its way when the call was ended.
    if (window.saidMs.get(call.sid) - session.audio.ms > FRAME_MS) sum.lateCalls += 1
    for (const [index, atMs] of phone.up.entries())
      if (isMeasured(atMs) && model.up[index] !== undefined) up.push(model.up[index] - atMs)
    // The last turn may have been cut off by the end of the call.
    const given = model.turns.slice(0, -1)
    sum.agentTurns += given.length
    sum.lostAgentMs += lostMs(given, phone.turns)
    if (phone.turns.length === model.turns.length)
      for (const [i, turn] of given.entries())
        if (isMeasured(turn.atMs)) down.push(phone.turns[i].atMs - turn.atMs)
  }
  const warnings = twilio.warnings.map(({ code, detail }) => `${code} ${detail}`)
  const violations = gemini.sessions.flatMap((session) => session.violations)
  return { ...sum, warnings, violations, up: spread(up), down: spread(down), pipe: spread(piped) }
}

function soundMs(stream) {
  return stream ? stream.said.length / 8 : 0
}

/** Turn by turn; as a whole where a stall has torn a turn in two at the phone. */
function lostMs(given, played) {
  const total = (turns) => turns.reduce((sum, { ms }) => sum + ms, 0)
  if (played.length !== given.length + 1) return Math.max(0, total(given) - total(played))
  return given.reduce((sum, { ms }, i) => sum + Math.max(0, ms - played[i].ms), 0)
}

function nameIn({ setup }) {
  return /soak-\d+/.exec(JSON.stringify(setup ?? {}))?.[0]
}

/**
 * Frames of the person that did not reach the model as they were, up to the last that did; and frames of something else in between: silence
 * that was put in where the person's sound was late, which alters its neighbours too.
 */
function compareSound(said, session) {
  const expected = soundPrints(createResampler(8000, 16000).push(said), 16000)
  const [silence] = soundPrints(new Int16Array(320), 16000)
  let at = 0
  let lost = 0
  let filled = 0
  for (const print of session.audio.prints.slice(0, Math.floor(session.audio.ms / FRAME_MS))) {
    const isFilling = print === silence && expected[at] !== silence
    const ahead = isFilling ? -1 : expected.slice(at, at + LOOK_AHEAD_FRAMES).indexOf(print)
    if (ahead === -1) filled += 1
    else {
      lost += ahead
      at += ahead + 1
    }
  }
  return { lost, filled }
}

function spread(values) {
  const sorted = values.sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
