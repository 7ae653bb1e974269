/**
 * The process that is measured: many calls at once, in real time. Argument: what to do, as JSON. Sends `begin` and `end` of the measured
 * time to its parent, then the figures.
 */
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCall } from './place-calls.mjs'

const RAMP_STEP_MS = 25
const RESOLUTION_MS = 10
const ARRIVE_WITHIN_MS = 1000
const MB = 1024 * 1024

const { settings, calls, seconds, record, home } = JSON.parse(process.argv[2])
process.once('disconnect', () => process.exit())

const running = []
for (let i = 0; i < calls; i += 1) {
  running.push(
    await startCall({ settings, name: `soak-${i}`, home: join(home, String(i)), record, speed: 1 }),
  )
  await sleep(RAMP_STEP_MS)
}
await Promise.all(running.map(({ started }) => started))
await sleep(2000)

const memory = [memoryNow(0)]
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
process.send({ type: 'begin' })
const fromMs = performance.now()
const cpu = process.cpuUsage()
delay.enable()
await sleep(10_000)
memory.push(memoryNow(10))
await sleep(seconds * 1000 - 10_000)
delay.disable()
const { user, system } = process.cpuUsage(cpu)
const elapsedMs = performance.now() - fromMs
process.send({ type: 'end' })
memory.push(memoryNow(seconds))

// What was said within the measured time is to arrive.
await sleep(ARRIVE_WITHIN_MS)
for (const { hangUp } of running) hangUp()
const results = await Promise.all(running.map(({ over }) => over))
/** The histogram holds the whole time from one look to the next. */
const beyondMs = (percentile) => Math.max(0, delay.percentile(percentile) / 1e6 - RESOLUTION_MS)
process.send({
  type: 'figures',
  memory,
  cpuShare: (user + system) / 1000 / elapsedMs,
  loop: { p50: beyondMs(50), p99: beyondMs(99), max: delay.max / 1e6 - RESOLUTION_MS },
  names: Object.fromEntries(results.map(({ callSid, name }) => [callSid, name])),
  badEnds: results.filter(({ exitCode, reason }) => exitCode !== 143 || reason !== 'sigterm'),
  warnings: results.flatMap(({ warning }) => warning ?? []),
})

/** After a collection, so that what is counted is held. */
function memoryNow(atSeconds) {
  globalThis.gc()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { atSeconds, rssMb: rss / MB, heldMb: (heapUsed + external) / MB }
}
