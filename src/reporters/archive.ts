/** Keeps a call in a folder of its own: events, transcript, summary, and the recording. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Stamped } from '../call/events.ts'
import type { Clock } from '../flow/clock.ts'
import { createCallClock } from './call-clock.ts'
import { prettyJson } from './clean-text.ts'
import { jsonLine } from './ndjson.ts'
import { createRecorder } from './recorder.ts'
import type { Reporter, Warn } from './reporter.ts'
import { createTextFile } from './text-file.ts'
import { keptLine } from './transcript-line.ts'

/** Files of a kept call; each is absent while it has nothing to hold. */
export const ARCHIVE_FILES = {
  events: 'events.ndjson',
  transcript: 'transcript.txt',
  summary: 'summary.json',
  recording: 'call.wav',
} as const

/** A reporter, and where it keeps the call. */
export type Archive = Reporter & {
  /** Absolute or as `outDir` was given; undefined before the first event, and when the folder could not be created. */
  readonly folder: string | undefined
}

/**
 * Makes `<outDir>/<YYYY-MM-DD_HH-MM-SS>_<id>/` (local time, for its owner only) with the first event and writes the files as things
 * happen. What cannot be written gives one warning (`archive-failed`, `recording-stopped`) and is left out; the call goes on.
 */
export function createArchive(options: {
  outDir: string
  record: boolean
  clock: Clock
  warn: Warn
}): Archive {
  const { outDir, record, clock } = options
  let contents: Reporter | undefined
  let folder: string | undefined
  let failed = false

  const fail = (error: unknown) => {
    if (failed) return
    failed = true
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    options.warn(
      'archive-failed',
      `The call cannot be kept in ${outDir} (${why}).`,
      'Give another folder with --out.',
    )
  }
  const openFolder = () => {
    try {
      folder = makeFolder(outDir, clock.date())
      contents = createContents(folder, record, options.warn, fail)
    } catch (error) {
      fail(error)
    }
  }
  return {
    name: 'archive',
    get folder() {
      return folder
    },
    journal(event) {
      if (!contents && !failed) openFolder()
      contents?.journal?.(event)
    },
    sound: (event) => contents?.sound?.(event),
    close: async () => contents?.close?.(),
  }
}

/** The reporter that fills an existing folder. */
function createContents(
  folder: string,
  record: boolean,
  warn: Warn,
  fail: (error: unknown) => void,
): Reporter {
  const events = createTextFile(join(folder, ARCHIVE_FILES.events), fail)
  const transcript = createTextFile(join(folder, ARCHIVE_FILES.transcript), fail)
  const recorder = record ? createRecorder(join(folder, ARCHIVE_FILES.recording), warn) : undefined
  const callClock = createCallClock()
  let requested: Stamped | undefined
  let summaryWritten: Promise<void> | undefined
  return {
    name: 'archive',
    journal(event) {
      events.write(jsonLine(event))
      const line = keptLine(event, callClock(event))
      if (line !== undefined) transcript.write(`${line}\n`)
      if (event.type === 'call.requested') requested = event
      if (event.type === 'call.ended') {
        const text = `${prettyJson(summaryOf(requested, event))}\n`
        const path = join(folder, ARCHIVE_FILES.summary)
        summaryWritten = writeFile(path, text, { flag: 'wx', mode: 0o600 }).catch(fail)
      }
    },
    sound: (event) => recorder?.sound?.(event),
    close: async () => {
      await Promise.all([events.close(), transcript.close(), recorder?.close?.(), summaryWritten])
    },
  }
}

/** Who was called when, and how it went. */
function summaryOf(requested: Stamped | undefined, ended: Stamped): Record<string, unknown> {
  const { type: _end, seq: _endSeq, at: endedAt, ...report } = ended
  if (requested === undefined) return { endedAt, ...report }
  const { type: _start, seq: _startSeq, at: startedAt, ...request } = requested
  return { ...request, startedAt, endedAt, ...report }
}

/** The name sorts by time, holds no character that Windows refuses, and is unlike any other. */
function makeFolder(outDir: string, date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('-')
  makeParents(outDir)
  const folder = join(outDir, `${day}_${time}_${randomBytes(3).toString('hex')}`)
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

/** Node's own `recursive` loops for ever where a file system answers ENOENT to mkdir, as /proc does. */
function makeParents(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeParents(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}
