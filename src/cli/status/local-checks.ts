/** What can be seen without the network: Node, the settings, the disk, and what earlier runs left behind. */
import { CallError } from '../../call/error.ts'
import { callsFolder } from '../../config/config.ts'
import { readDoNotCall } from '../../config/do-not-call.ts'
import { noticeLeftovers } from '../../journal/notice-leftovers.ts'
import { lookAtFolder } from '../../reporters/check-folder.ts'
import { isTooOld, NEWER_NODE_HINT } from '../node-version.ts'
import { type Check, type Finding, fine } from './check.ts'

/** Less than an hour and a half of recording. */
const LITTLE_BYTES = 200 * 1024 * 1024

/** Of the disk, and of what this user may have of it. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Nothing here should take as long; a network disk may. */
const WITHIN_MS = 5000

/** The checks in the order in which they are shown. `nodeVersion`: such as `v20.20.2`. */
export function localChecks(
  { nodeVersion, home }: { nodeVersion: string; home: string },
  settings: Finding,
): Check[] {
  const check = (name: string, title: string, look: Check['look']): Check => ({
    ...{ name, title, look, withinMs: WITHIN_MS, late: 'failed' },
  })
  return [
    check('node', 'Node.js', async () => nodeFinding(nodeVersion)),
    check('settings', 'Settings', async () => settings),
    check('files', 'Files', () => filesFinding(home)),
    check('earlier-runs', 'Earlier runs', () => leftoversFinding(home)),
  ]
}

function nodeFinding(nodeVersion: string): Finding {
  const version = nodeVersion.replace(/^v/, '')
  if (!isTooOld(nodeVersion)) return fine(version)
  return { state: 'failed', detail: `${version} is too old`, hint: NEWER_NODE_HINT }
}

async function filesFinding(home: string): Promise<Finding> {
  const folder = callsFolder({ home, out: undefined })
  const state = await lookAtFolder(folder)
  if (state.type === 'unwritable') {
    throw new CallError('settings', `calls cannot be kept in ${folder} (${state.why})`, {
      hint: `${FULL.has(state.why) ? 'Make room there, or set' : 'Set'} AI_CALLER_HOME to a folder that you can write to.`,
    })
  }
  const { warnings } = await readDoNotCall(home)
  const kept = `calls are kept in ${folder}`
  if (state.freeBytes < LITTLE_BYTES) {
    const detail = `${kept}, where only ${Math.floor(state.freeBytes / 2 ** 20)} MB are free`
    return {
      state: 'warning',
      detail,
      hint: 'A recording takes 2 MB a minute. Make room, or set AI_CALLER_HOME.',
    }
  }
  const [warning] = warnings
  if (!warning) return fine(kept)
  const { message, hint } = warning
  return { state: 'warning', detail: message, ...(hint !== undefined && { hint }) }
}

async function leftoversFinding(home: string): Promise<Finding> {
  const notices = await noticeLeftovers(home)
  const [first, ...more] = notices
  if (!first) return fine('nothing left running')
  return {
    state: 'warning',
    detail: first.message,
    hint: first.hint,
    rows: more.map(({ message }) => message),
  }
}
