/**
 * The process that is measured: short calls one after the other, by a fast clock. Argument: what to do, as JSON. Sends its open resources
 * and its memory to its parent, before the first and after some of the calls.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCall } from './place-calls.mjs'

const MB = 1024 * 1024
const { settings, looks, record, home, speed } = JSON.parse(process.argv[2])
process.once('disconnect', () => process.exit())

// Node opens these with the first word; they are not a call's.
void process.stdout
void process.stderr
await look(0)
let bad = 0
for (let i = 1; i <= looks.at(-1); i += 1) {
  const call = await startCall({ settings, name: `soak-${i}`, home: join(home, 'short'), record, speed })
  const { exitCode, reason } = await call.over
  if (exitCode !== 0) {
    bad += 1
    process.stderr.write(`call ${i} ended with ${exitCode}: ${reason}\n`)
  }
  if (looks.includes(i)) await look(i)
}
process.send({ type: 'figures', bad })

async function look(afterCalls) {
  // Sockets that are being closed by the other side, and what the kernel has still to say of them.
  await sleep(500)
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc()
    await sleep(20)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send({
    type: 'look',
    afterCalls,
    resources: count(process.getActiveResourcesInfo()),
    heldMb: (heapUsed + external) / MB,
    rssMb: rss / MB,
  })
}

function count(names) {
  const counts = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
