/** The wiring: the only file that knows all wings. Builds one call out of them, lets it run, and closes what it built. */
import { type CallJournal, NO_JOURNAL } from '../call/call-journal.ts'
import { CallError } from '../call/error.ts'
import type { Emit } from '../call/events.ts'
import { placeCall } from '../call/place-call.ts'
import { stopReason } from '../call/stop.ts'
import type { Toolbox, ToolSources } from '../call/tools.ts'
import { type Config, callsFolder } from '../config/config.ts'
import { addToDoNotCall } from '../config/do-not-call.ts'
import type { Warning } from '../config/parsed.ts'
import type { Settings } from '../config/settings.ts'
import { type Clock, createClock } from '../flow/clock.ts'
import { checkDeclaration, fitDeclaration } from '../gemini/declaration.ts'
import { createGeminiModel } from '../gemini/model.ts'
import { openIngress } from '../ingress/open-ingress.ts'
import { createJournal } from '../journal/journal.ts'
import { type Archive, createArchive } from '../reporters/archive.ts'
import { createFanOut } from '../reporters/fan-out.ts'
import { colourLevel } from '../reporters/paint.ts'
import { repairRecordings } from '../reporters/repair-recordings.ts'
import { canSpin } from '../reporters/stages.ts'
import type { View } from '../reporters/view.ts'
import type { Scenario } from '../sim/scenario.ts'
import { createTwilioCarrier } from '../twilio/carrier.ts'
import type { Output, Wishes } from './context.ts'
import { exitCodeOf, exitCodeOfEnd } from './exit-code.ts'
import { withoutSecrets } from './failure.ts'

const STOPPING = 'Hanging up… (Ctrl-C again to leave at once)'

/**
 * Places the call that `configure` decides and tells it on `io`. With a scenario, the vendors are simulated on loopback: only their
 * addresses differ.
 * @throws CallError when the settings make no call; nothing has been dialled then
 */
export async function runCall(
  configure: (simulated?: Settings) => Config,
  options: { scenario?: Scenario; wishes: Wishes; io: Output },
): Promise<{ exitCode: number }> {
  const { scenario, wishes, io } = options
  if (scenario === undefined) return runOneCall(configure(), createClock(), wishes, io)
  const { startSimulation } = await import('../sim/simulation.ts')
  const clock = createClock(scenario.speed)
  const simulation = await startSimulation(scenario, clock)
  try {
    return await runOneCall(configure(simulation.settings), clock, wishes, io)
  } finally {
    await simulation.close()
  }
}

/** Places the decided call on this clock and tells it on `io`. Never rejects once the call has begun. */
export async function runOneCall(
  config: Config,
  clock: Clock,
  { stop, leave }: Wishes,
  io: Output,
): Promise<{ exitCode: number }> {
  const { request, carrier, model, ingress } = config
  const archive = createArchive({
    outDir: callsFolder(config),
    record: config.record,
    clock,
    warn: (code, message, hint) => news.emit({ type: 'warning', code, message, ...(hint && { hint }) }),
  })
  const view = await createView(config, io, archive)
  // What an earlier run could not finish is finished now; nobody waits for it.
  void repairRecordings(callsFolder(config))
  const news = createFanOut(clock, [archive, view])
  let over = false
  onceAborted(stop, () => {
    // Being told to stop cuts the agent off, and the line that shows it comes first; before dialling, that is already the end.
    if (typeof stopReason(stop) === 'string') setImmediate(() => over || view.say(STOPPING))
  })
  const placing = placeCall(
    request,
    {
      carrier: createTwilioCarrier({ ...carrier, clock }),
      model: createGeminiModel({ ...model, clock }),
      openIngress: (signal) => openIngress(ingress, signal),
      openTools: (signal) => openTools(config.tools, signal, news.emit),
      journal: openJournal(config, news.emit),
      doNotCall: () => addToDoNotCall(config.home, request.to, new Date().toISOString()),
      clock,
      emit: news.emit,
    },
    stop,
    leave,
  )
  // After `call.requested`, which placeCall has told at once: news begins with what is wanted.
  for (const warning of config.warnings) news.emit({ type: 'warning', ...warning })
  const { error, ...report } = await placing
  over = true
  // Whoever leaves without waiting for proof knows that there is none.
  const exitCode = leave.aborted ? exitCodeOfEnd(report.reason) : exitCodeOf(report)
  const masked = (text: string) => withoutSecrets(text, secretsIn(config))
  const told = error && {
    message: masked(error.message),
    ...(error.hint !== undefined && { hint: masked(error.hint) }),
  }
  news.emit({ type: 'call.ended', exitCode, ...report, ...(told && { error: told }) })
  await news.close()
  return { exitCode }
}

function secretsIn({ carrier, model, ingress: { address }, secrets }: Config): string[] {
  const tunnel = address.via === 'ngrok' ? [address.authtoken] : []
  return [carrier.authToken, model.apiKey, ...tunnel, ...secrets]
}

/** A call that does not leave this machine leaves nothing behind. */
function openJournal({ home, carrier, ingress }: Config, emit: Emit): CallJournal {
  if (ingress.address.via === 'loopback') return NO_JOURNAL
  const warn = (code: string, message: string, hint: string) => emit({ type: 'warning', code, message, hint })
  return createJournal({ home, accountSid: carrier.accountSid, warn })
}

/** The wing for the user's functions loads only when there are any. */
async function openTools(sources: ToolSources, signal: AbortSignal, emit: Emit): Promise<Toolbox> {
  if (sources.http.length + sources.mcp.length === 0) return { tools: [], close: async () => {} }
  const { openToolbox } = await import('../tools/open-toolbox.ts')
  const warn = (warning: Warning) => emit({ type: 'warning', ...warning })
  const toolbox = await openToolbox(sources, { signal, warn })
  const tools = toolbox.tools.map(fitDeclaration)
  const [unfit] = tools.flatMap((tool) =>
    checkDeclaration(tool).map(({ path, message }) => `${tool.name}: ${path.join('.')} ${message}`),
  )
  if (unfit === undefined) return { ...toolbox, tools }
  await toolbox.close()
  throw new CallError('tools-failed', `the model cannot be told of the function ${unfit}`, {
    hint: 'Leave it out: name the wanted functions of its server under tools.',
  })
}

/** NDJSON when asked for, a live view on a terminal, plain lines otherwise. */
async function createView({ output }: Config, io: Output, archive: Archive): Promise<View> {
  const { stdout, stderr, environment } = io
  if (output.json) {
    const { createNdjsonView } = await import('../reporters/ndjson.ts')
    return createNdjsonView(stdout, stderr)
  }
  const detail = output.quiet ? 'quiet' : output.verbose ? 'verbose' : 'normal'
  const colour = { stdout: colourLevel(stdout, environment), stderr: colourLevel(stderr, environment) }
  const view = { stdout, stderr, colour, detail, keptIn: () => archive.folder } as const
  if (!stdout.isTTY) {
    const { createPlainView } = await import('../reporters/plain.ts')
    return createPlainView(view)
  }
  const { createTerminalView } = await import('../reporters/terminal.ts')
  return createTerminalView({ ...view, spinner: canSpin(stderr, environment) })
}

function onceAborted(signal: AbortSignal, tell: () => void): void {
  if (signal.aborted) tell()
  else signal.addEventListener('abort', tell, { once: true })
}
