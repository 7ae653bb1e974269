/** Calls by the product's own wiring, in the process that asks for them: all share one set of loaded modules, each has a listener of its own. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { readCallInput } from '../../dist/cli/call-input.js'
import { runOneCall } from '../../dist/cli/wiring.js'
import { parseConfig } from '../../dist/config/config.js'
import { createClock } from '../../dist/flow/clock.js'

const NO_TERMINAL = { FORCE_COLOR: undefined, TERM: undefined, CI: undefined }

/**
 * Starts the call that has `name` in its prompt. `started` resolves when its sound flows, `over` with how it ended; `hangUp` ends it. `home`:
 * where it is kept.
 */
export async function startCall({ settings, name, home, record, speed }) {
  await mkdir(home, { recursive: true })
  const argv = {
    json: true,
    prompt: `You are ${name}.`,
    out: join(home, 'calls'),
    record,
    maxDuration: '1h',
    allowAnyHour: true,
  }
  const input = await readCallInput('+12025550123', argv, undefined, { AI_CALLER_HOME: home })
  const config = parseConfig(input, settings)
  const stop = new AbortController()
  const leave = new AbortController()
  const told = {}
  let markStarted = () => {}
  const started = new Promise((resolve) => {
    markStarted = resolve
  })
  const stdout = lines((line) => {
    if (line.startsWith('{"type":"call.created"')) told.callSid = JSON.parse(line).callSid
    if (line.startsWith('{"type":"media.started"')) markStarted()
    if (line.startsWith('{"type":"warning"')) told.warning = JSON.parse(line).code
    if (line.startsWith('{"type":"call.ended"')) told.reason = JSON.parse(line).reason
  })
  const io = { stdout, stderr: lines(() => {}), environment: NO_TERMINAL }
  const over = runOneCall(config, createClock(speed), { stop: stop.signal, leave: leave.signal }, io).then(
    ({ exitCode }) => {
      markStarted()
      return { ...told, name, exitCode }
    },
  )
  return { started, over, hangUp: () => stop.abort('sigterm') }
}

/** Reads whole lines; one write is one or several of them. */
function lines(take) {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      for (const line of String(chunk).split('\n')) if (line !== '') take(line)
      done()
    },
  })
}
