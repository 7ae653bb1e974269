/** The calls that dead runs left behind: read from the journal, never taken from a run that lives. */
import { lstat, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CallError } from '../call/error.ts'
import { ENTRY_FILE, type Entry, MAX_ENTRY_BYTES, parseEntry } from './entry.ts'
import { notesFolder, removeEntry } from './entry-file.ts'
import { ownUid, stateOf, thisRun } from './run-identity.ts'

/** How long a note outlives its call, and a half-written one its writing. */
const LONG_PAST_MS = 60 * 60_000

/** A noted call, as it was when it was noted. */
export type NotedCall = Pick<Entry, 'to' | 'from' | 'accountSid' | 'callSid' | 'startedAt' | 'endsBy'>

/** A call whose run is dead. */
export type Leftover = NotedCall & {
  /** Removes the note: the call is proven over. Never rejects; a note that stays is looked at again by the next run. */
  forget(): Promise<void>
}

/** All that the journal tells. */
export type Leftovers = {
  /** Oldest first. */
  leftovers: readonly Leftover[]
  /** Calls of runs that live on this machine. */
  live: readonly NotedCall[]
  /** Calls of another machine or container that shares this folder; whether their runs live cannot be known here. */
  elsewhere: readonly NotedCall[]
  /** Files that are no notes of ours, and were left alone. Their names may hold anything. */
  ignored: readonly string[]
}

/**
 * Reads the journal below `home`. Notes whose call the carrier has ended long ago are removed, except those of runs that live.
 * @throws CallError `settings` when the folder of the notes is there but cannot be read
 */
export async function readLeftovers(home: string, nowMs = Date.now()): Promise<Leftovers> {
  const folder = notesFolder(home)
  const self = await thisRun()
  const leftovers: Leftover[] = []
  const live: NotedCall[] = []
  const elsewhere: NotedCall[] = []
  const ignored: string[] = []
  const names = await readdir(folder).catch((error: unknown) => nothingThere(error, folder))
  // One after the other: there may be few file handles left.
  for (const name of names.sort()) {
    const note = await readNote(folder, name, nowMs)
    if (note === 'ignored') ignored.push(name)
    if (typeof note === 'string') continue
    const { id, run, ...call } = note
    const state = await stateOf(run, self)
    if (state === 'alive') live.push(call)
    else if (nowMs > call.endsBy.getTime() + LONG_PAST_MS) await forget(folder, id)
    else if (state === 'elsewhere') elsewhere.push(call)
    else leftovers.push({ ...call, forget: () => forget(folder, id) })
  }
  leftovers.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
  return { leftovers, live, elsewhere, ignored }
}

function nothingThere(error: unknown, folder: string): string[] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'ENOENT') return []
  throw new CallError('settings', `the notes of calls in ${folder} cannot be read (${code})`, {
    hint: 'Set AI_CALLER_HOME to a folder of your own.',
  })
}

async function forget(folder: string, id: string): Promise<void> {
  await removeEntry(folder, id).catch(() => {})
}

/** A note; `ignored` when the file is none of ours; `nothing` when there is nothing to tell of it. */
async function readNote(folder: string, name: string, nowMs: number): Promise<Entry | 'ignored' | 'nothing'> {
  // What systems strew into folders.
  if (name.startsWith('.')) return 'nothing'
  if (/^[0-9a-f]{16}\.tmp$/.test(name)) {
    await removeHalfWritten(join(folder, name), nowMs)
    return 'nothing'
  }
  const id = ENTRY_FILE.exec(name)?.[1]
  if (id === undefined) return 'ignored'
  try {
    const text = await readOwn(join(folder, name))
    return (text === undefined ? undefined : parseEntry(id, text)) ?? 'ignored'
  } catch (error) {
    // Its run has just removed it.
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isGone ? 'nothing' : 'ignored'
  }
}

/** The text of a plain file of this user's; undefined when it is anything else. Nothing but a plain file is opened: a pipe would never answer. */
async function readOwn(path: string): Promise<string | undefined> {
  const found = await lstat(path)
  if (!found.isFile() || found.size > MAX_ENTRY_BYTES || found.uid !== (ownUid() ?? found.uid))
    return undefined
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_ENTRY_BYTES), 0, MAX_ENTRY_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Left by a run that died while it wrote; a younger one may still be in the making. */
async function removeHalfWritten(path: string, nowMs: number): Promise<void> {
  const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: nowMs }))
  if (nowMs > mtimeMs + LONG_PAST_MS) await rm(path, { force: true }).catch(() => {})
}
