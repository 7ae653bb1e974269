/** Runs the built program as a user does: its own process, its own folder, an environment without settings. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

const BINARY = resolve(import.meta.dirname, '../../bin/ai-caller.js')

export type Run = { exitCode: number | null; stdout: string; stderr: string; ms: number }

/** `env` is all there is of the environment beside PATH and HOME. */
export function startBinary(args: string[], folder: string, env: Record<string, string> = {}) {
  return spawn(process.execPath, [BINARY, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs to the end. */
export async function runBinary(args: string[], folder: string, env?: Record<string, string>): Promise<Run> {
  const startedAtMs = performance.now()
  const child = startBinary(args, folder, env)
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr, ms: performance.now() - startedAtMs }
}
