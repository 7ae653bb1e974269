/** What `--dry-run` shows: the decided call, without opening anything. */

import { CallError } from '../call/error.ts'
import type { MachinePolicy } from '../call/request.ts'
import { DEFAULTS } from '../config/call-defaults.ts'
import { type Config, type ConfigInput, callsFolder, type Plan } from '../config/config.ts'
import { formatFlagDuration } from '../config/duration.ts'
import { cleanLine, escapeUnsafe } from '../reporters/clean-text.ts'
import type { Io } from './context.ts'

/** Prints the call on stdout, with `--json` as one object, and its warnings on stderr. */
export function showDryRun(plan: Plan | Config, input: ConfigInput, { stdout, stderr }: Io): void {
  const services = 'ingress' in plan ? plan : undefined
  const { request, record, warnings, tools } = plan
  const shown = {
    dryRun: true,
    simulate: input.flags.simulate ?? null,
    script: plan.script ?? null,
    to: request.to,
    country: input.number instanceof CallError ? null : (input.number.country ?? null),
    from: services?.request.from ?? input.flags.from ?? null,
    voice: request.voice,
    model: request.model,
    language: request.language ?? null,
    speaksFirst: request.speaksFirst,
    greeting: request.greeting ?? null,
    prompt: request.prompt,
    maxDurationMs: request.maxDurationMs,
    maxTurns: request.maxTurns ?? null,
    silenceTimeoutMs: request.silenceTimeoutMs,
    voiceActivity: request.voiceActivity,
    ringTimeoutMs: request.ringTimeoutMs,
    farewells: request.farewells,
    digits: request.digits ?? null,
    detectMachine: request.detectMachine,
    onMachine: request.onMachine,
    transferTo: request.transferTo,
    tools: tools.http.map(({ name, method, url }) => ({ name, method, url })),
    mcpServers: tools.mcp.map(({ name }) => name),
    inputRate: request.inputRate,
    publicAddress: addressOf(services),
    port: services?.ingress.port ?? 0,
    record,
    keptIn: callsFolder(plan),
    warnings,
  }
  if (plan.output.json) {
    stdout.write(`${escapeUnsafe(JSON.stringify(shown))}\n`)
    return
  }
  for (const { message, hint } of warnings) stderr.write(`warning: ${message}${hint ? `. ${hint}` : ''}\n`)
  const lines: [string, string][] = [
    ['to', shown.country ? `${shown.to} (${shown.country})` : shown.to],
    ['from', shown.from ?? "the simulation's number"],
    ['voice', shown.voice],
    ['model', shown.model],
    ['language', shown.language ?? "the model's choice"],
    [
      'greeting',
      shown.speaksFirst === 'person'
        ? 'none: the person speaks first'
        : (shown.greeting ?? "the model's own"),
    ],
    ...(shown.script === null ? [] : [['script', shown.script] satisfies [string, string]]),
    ['prompt', shown.prompt],
    ['max duration', formatFlagDuration(shown.maxDurationMs)],
    ...unusual(plan),
    ['ring timeout', formatFlagDuration(shown.ringTimeoutMs)],
    ['input rate', `${shown.inputRate} Hz`],
    ['public address', shown.publicAddress],
    ['port', shown.port === 0 ? 'any free one' : String(shown.port)],
    ['recording', record ? 'yes' : 'no'],
    ['kept in', shown.keptIn],
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  const text = lines.map(([name, value]) => `  ${name.padEnd(width)}  ${shortened(cleanLine(value))}`)
  const how = shown.simulate === null ? 'placed' : `simulated (${cleanLine(shown.simulate)})`
  stdout.write(`This call would be ${how}:\n${text.join('\n')}\nDry run: nothing was dialled.\n`)
}

/** What few calls change, where this one does. */
function unusual({ request, tools }: Plan): [string, string][] {
  const { maxTurns, silenceTimeoutMs, digits, detectMachine, onMachine, transferTo, voiceActivity } = request
  const { startSensitivity, endSensitivity, prefixPaddingMs, silenceDurationMs } = voiceActivity
  const targets = transferTo.map(({ name, number }) => (name === number ? name : `${name} (${number})`))
  const functions = [...tools.http.map(({ name }) => name), ...tools.mcp.map(({ name }) => `${name} (MCP)`)]
  const rows: [name: string, value: string, usual: string][] = [
    ['max turns', String(maxTurns ?? 'no limit'), 'no limit'],
    ['silence timeout', formatFlagDuration(silenceTimeoutMs), DEFAULTS.silenceTimeout],
    ['digits', digits ?? 'none', 'none'],
    ['machine detection', detectMachine ? 'yes' : 'no', 'no'],
    ['on machine', policyInWords(onMachine), 'hangup'],
    ['transfer to', targets.join(', '), ''],
    ['tools', functions.join(', '), ''],
    ['farewell phrases', request.farewells.join(', '), ''],
    ['start sensitivity', startSensitivity, DEFAULTS.startSensitivity],
    ['end sensitivity', endSensitivity, DEFAULTS.endSensitivity],
    ['prefix padding', formatFlagDuration(prefixPaddingMs), DEFAULTS.prefixPadding],
    ['silence duration', formatFlagDuration(silenceDurationMs), DEFAULTS.silenceDuration],
  ]
  return rows.filter(([, value, usual]) => value !== usual).map(([name, value]) => [name, value])
}

function policyInWords(policy: MachinePolicy): string {
  return policy.type === 'leave-message' ? `leave-message: ${policy.message}` : policy.type
}

function addressOf(services: Config | undefined): string {
  const address = services?.ingress.address
  if (address?.via === 'own') return address.url
  if (address?.via === 'ngrok') return address.domain ? `ngrok tunnel to ${address.domain}` : 'ngrok tunnel'
  return 'this machine only'
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 297)}...` : text
}
