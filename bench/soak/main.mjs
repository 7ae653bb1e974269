/**
 * `npm run soak`: 200 calls at once for a minute, then 1,000 short ones after another, all simulated, over real sockets. The simulators
 * have a process of their own, so that ours is measured alone. Exit code 1 when sound is lost, a call ends wrongly, something stays open,
 * or memory grows. Flags: --calls <n> --seconds <n> --short <n> (0: none of that kind) --no-record
 */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** What a minute of talk may add to what the process holds, for each call: its transcript and its figures. */
const GROWTH_PER_CALL_MB = 0.1
/** What any number of short calls may add once everything is loaded. */
const GROWTH_MB = 5
const WARM_UP_CALLS = 100
const SHORT_CALL_SPEED = 20
/** Less than a frame is what rounding makes of torn turns. */
const FRAME_MS = 20
/** When so many calls at once are too many, how much fewer to try next. */
const FEWER = 0.75

const { values: flags } = parseArgs({
  options: {
    calls: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    short: { type: 'string', default: '1000' },
    'no-record': { type: 'boolean', default: false },
  },
})
const record = !flags['no-record']
const problems = []
const print = (line) => process.stdout.write(`${line}\n`)

if (Number(flags.calls) > 0) {
  let calls = Number(flags.calls)
  let whole = await manyCalls(calls)
  while (!whole && calls > 1) {
    calls = Math.floor(calls * FEWER)
    whole = await manyCalls(calls)
  }
  print(`without loss on this machine: ${whole ? calls : 0} calls at once\n`)
}
if (Number(flags.short) > 0) await shortCalls(Number(flags.short))
for (const problem of problems) print(`FAILED: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0

/** True when nothing was lost. */
async function manyCalls(calls) {
  const seconds = Number(flags.seconds)
  print(`${calls} calls at once for ${seconds} s, recordings ${record ? 'on' : 'off'}, a listener each`)
  const turns = [
    {
      speaker: 'agent',
      text: 'Good day. I would like to hear how you have been since we last spoke.',
      delayMs: 350,
      tools: [],
    },
    {
      speaker: 'person',
      text: 'Quite well, and I have a great deal to tell you about it.',
      pauseMs: 400,
      hangUp: false,
    },
    { speaker: 'agent', text: 'Goodbye.', delayMs: 350, tools: [] },
  ]
  return withParts({ speed: 1, ringMs: 300, turns, repeat: 1000 }, async (simulators, home) => {
    const pipe = startPart('pipe.mjs')
    const { port } = await pipe.next()
    await simulators.ask({ type: 'pipe', port })
    const work = { settings: simulators.settings, calls, seconds, record, home }
    const ours = startPart('many-calls.mjs', work, ['--expose-gc'])
    await ours.next()
    simulators.tell({ type: 'begin' })
    await ours.next()
    const { share } = await simulators.ask({ type: 'end' })
    const figures = await ours.next()
    const seen = await simulators.ask({ type: 'judge', names: figures.names })
    await Promise.all([ours.end(), pipe.end()])
    return reportMany(calls, figures, seen, share)
  })
}

function reportMany(calls, { memory, cpuShare, loop, badEnds, warnings }, seen, simulatorsShare) {
  const [atStart, warm, atEnd] = memory
  const grownMb = atEnd.heldMb - warm.heldMb
  const boundMb = GROWTH_PER_CALL_MB * calls
  const delay = ({ p50, p99, max }) => `p50 ${ms(p50)}  p99 ${ms(p99)}  max ${ms(max)} ms`
  print(`  frames of the person  ${seen.frames} sent, ${seen.lostFrames} lost, ${seen.filledFrames} put in`)
  print(`  turns of the agent    ${seen.agentTurns} said, ${ms(seen.lostAgentMs)} ms of them lost`)
  print(`  frame, phone to model ${delay(seen.up)} (bare pipe: ${delay(seen.pipe)})`)
  print(
    `  added by us, up       p50 ${ms(seen.up.p50 - seen.pipe.p50)}  p99 ${ms(seen.up.p99 - seen.pipe.p99)} ms`,
  )
  print(`  first sound, down     ${delay(seen.down)}`)
  print(`  event loop, late by   ${delay(loop)}`)
  print(
    `  CPU                   ours ${percent(cpuShare)} of a core, ${percent(cpuShare / calls)} a call; simulators ${percent(simulatorsShare)}`,
  )
  for (const { atSeconds, rssMb, heldMb } of [atStart, warm, atEnd])
    print(
      `  memory at ${String(atSeconds).padStart(3)} s       ${heldMb.toFixed(1)} MB held, ${rssMb.toFixed(0)} MB resident`,
    )
  if (warnings.length > 0) print(`  warnings              ${tally(warnings)}`)
  const faults = []
  if (seen.lostFrames > 0) faults.push(`${seen.lostFrames} frames of the person were lost`)
  if (seen.lostAgentMs >= FRAME_MS) faults.push(`${ms(seen.lostAgentMs)} ms of the agent were lost`)
  if (seen.lateCalls > 0) faults.push(`in ${seen.lateCalls} calls not all sound came within a second`)
  if (seen.unpaired > 0) faults.push(`${seen.unpaired} calls had no conversation`)
  if (badEnds.length > 0)
    faults.push(`${badEnds.length} calls ended by themselves: ${tally(badEnds.map(({ reason }) => reason))}`)
  if (seen.violations.length > 0) faults.push(`the model was told what it forbids: ${tally(seen.violations)}`)
  if (seen.warnings.length > 0) print(`  the carrier noted     ${tally(seen.warnings)}`)
  for (const fault of faults) {
    print(`  not whole             ${fault}`)
    problems.push(`with ${calls} calls at once ${fault}`)
  }
  if (grownMb > boundMb)
    problems.push(`with ${calls} calls at once memory grew by ${grownMb.toFixed(1)} MB, more than ${boundMb}`)
  return faults.length === 0
}

async function shortCalls(count) {
  print(
    `${count} short calls one after the other, ${SHORT_CALL_SPEED} times as fast, recordings ${record ? 'on' : 'off'}`,
  )
  const turns = [
    { speaker: 'agent', text: 'Goodbye.', delayMs: 100, tools: [{ name: 'end_call', args: {} }] },
  ]
  await withParts({ speed: SHORT_CALL_SPEED, ringMs: 100, turns, repeat: 1 }, async ({ settings }, home) => {
    const looks = [...new Set([WARM_UP_CALLS, Math.ceil(count / 2), count])]
      .filter((at) => at <= count)
      .sort((a, b) => a - b)
    const ours = startPart('short-calls.mjs', { settings, looks, record, home, speed: SHORT_CALL_SPEED }, [
      '--expose-gc',
    ])
    const seen = []
    let message = await ours.next()
    for (; message.type === 'look'; message = await ours.next()) {
      seen.push(message)
      const { afterCalls, resources, heldMb, rssMb } = message
      print(
        `  after ${String(afterCalls).padStart(4)} calls      ${heldMb.toFixed(1)} MB held, ${rssMb.toFixed(0)} MB resident, open: ${words(resources)}`,
      )
    }
    await ours.end()
    if (message.bad > 0) problems.push(`${message.bad} short calls ended wrongly`)
    const [first, warm] = seen
    const last = seen.at(-1)
    if (words(first.resources) !== words(last.resources))
      problems.push(
        `after ${count} short calls there were open: ${words(last.resources)}, and not: ${words(first.resources)}`,
      )
    if (last.heldMb - warm.heldMb > GROWTH_MB)
      problems.push(
        `from call ${warm.afterCalls} to ${count} memory grew by ${(last.heldMb - warm.heldMb).toFixed(1)} MB, more than ${GROWTH_MB}`,
      )
  })
}

/** Runs `work` with simulators for these turns, and a folder that is removed afterwards. */
async function withParts({ speed, ringMs, turns, repeat }, work) {
  const home = await mkdtemp(join(tmpdir(), 'ai-caller-soak-'))
  const scenario = { name: 'soak', speed, repeat, turns, faults: {}, phone: { ringMs, outcome: 'answer' } }
  const part = startPart('simulators.mjs', scenario)
  try {
    const { settings } = await part.next()
    const ask = (message) => {
      part.tell(message)
      return part.next()
    }
    return await work({ settings, tell: part.tell, ask }, home)
  } finally {
    await part.end()
    await rm(home, { recursive: true, force: true })
  }
}

/** A process of the soak: what it says, one message at a time. It ends when it is let go. */
function startPart(file, argument, execArgv = []) {
  const child = fork(new URL(file, import.meta.url), [JSON.stringify(argument ?? null)], { execArgv })
  const said = []
  let wake = () => {}
  let exitCode
  child.on('message', (message) => {
    said.push(message)
    wake()
  })
  const gone = new Promise((resolve) => {
    child.once('exit', (code) => {
      exitCode = code
      wake()
      resolve()
    })
  })
  return {
    tell: (message) => child.send(message),
    async next() {
      while (said.length === 0) {
        if (exitCode !== undefined) throw new Error(`${file} ended with ${exitCode}`)
        await new Promise((resolve) => {
          wake = resolve
        })
      }
      return said.shift()
    },
    async end() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}

function ms(value) {
  return value === null ? '-' : value.toFixed(1)
}

function percent(share) {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 0)} %`
}

function words(counts) {
  return Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}

function tally(list) {
  const counts = {}
  for (const item of list) counts[item] = (counts[item] ?? 0) + 1
  return words(counts)
}
