/** The wiring: the only file that knows all wings. Builds one call out of them, lets it run, and closes what it built. */
import { placeCall } from '../call/place-call.ts'
import { type Config, callsFolder } from '../config/config.ts'
import type { Settings } from '../config/settings.ts'
import { type Clock, createClock } from '../flow/clock.ts'
import { createGeminiModel } from '../gemini/model.ts'
import { openIngress } from '../ingress/open-ingress.ts'
import { canSpin, colourLevel } from '../reporters/abilities.ts'
import { type Archive, createArchive } from '../reporters/archive.ts'
import { createFanOut } from '../reporters/fan-out.ts'
import type { Reporter } from '../reporters/reporter.ts'
import type { Scenario } from '../sim/scenario.ts'
import { createTwilioCarrier } from '../twilio/carrier.ts'
import type { Io, StopSignals } from './context.ts'
import { exitCodeOf, exitCodeOfEnd } from './exit-code.ts'

/**
 * Places the call that `configure` decides and tells it on `io`. With a scenario, the vendors are simulated on loopback: only their
 * addresses differ.
 * @throws CallError when the settings make no call; nothing has been dialled then
 */
export async function runCall(
  configure: (simulated?: Settings) => Config,
  options: { scenario?: Scenario; signals: StopSignals; io: Io },
): Promise<{ exitCode: number }> {
  const { scenario, signals, io } = options
  if (scenario === undefined) return runOneCall(configure(), createClock(), signals, io)
  const { startSimulation } = await import('../sim/simulation.ts')
  const clock = createClock(scenario.speed)
  const simulation = await startSimulation(scenario, clock)
  try {
    return await runOneCall(configure(simulation.settings), clock, signals, io)
  } finally {
    await simulation.close()
  }
}

/** Places the decided call on this clock and tells it on `io`. Never rejects once the call has begun. */
export async function runOneCall(
  config: Config,
  clock: Clock,
  signals: StopSignals,
  io: Io,
): Promise<{ exitCode: number }> {
  const { request, carrier, model, ingress } = config
  const archive = createArchive({
    outDir: callsFolder(config),
    record: config.record,
    clock,
    warn: (code, message, hint) => news.emit({ type: 'warning', code, message, ...(hint && { hint }) }),
  })
  const news = createFanOut(clock, [archive, await createView(config, io, archive)])
  const placing = placeCall(
    request,
    {
      carrier: createTwilioCarrier({ ...carrier, clock }),
      model: createGeminiModel({ ...model, clock }),
      openIngress: (stop) => openIngress(ingress, stop),
      clock,
      emit: news.emit,
    },
    signals.stop,
    signals.leave,
  )
  // After `call.requested`, which placeCall has told at once: news begins with what is wanted.
  for (const warning of config.warnings) news.emit({ type: 'warning', ...warning })
  const report = await placing
  // Whoever leaves without waiting for proof knows that there is none.
  const exitCode = signals.leave.aborted ? exitCodeOfEnd(report.reason) : exitCodeOf(report)
  news.emit({ type: 'call.ended', exitCode, ...report })
  await news.close()
  return { exitCode }
}

/** NDJSON when asked for, a live view on a terminal, plain lines otherwise. */
async function createView({ output }: Config, io: Io, archive: Archive): Promise<Reporter> {
  const { stdout, stderr, environment } = io
  if (output.json) {
    const { createNdjsonView } = await import('../reporters/ndjson.ts')
    return createNdjsonView(stdout)
  }
  const detail = output.quiet ? 'quiet' : output.verbose ? 'verbose' : 'normal'
  const view = { stdout, stderr, detail, keptIn: () => archive.folder } as const
  if (!stdout.isTTY) {
    const { createPlainView } = await import('../reporters/plain.ts')
    return createPlainView(view)
  }
  const { createTerminalView } = await import('../reporters/terminal.ts')
  const level = (stream: NodeJS.WriteStream) => colourLevel(stream, environment, !output.colour)
  const colour = { stdout: level(stdout), stderr: level(stderr) }
  return createTerminalView({ ...view, colour, spinner: canSpin(stderr, environment) })
}
