/** The journal of the calls that this run has in the air: one file each, there from before the dialling until the call is proven over. */
import { randomBytes } from 'node:crypto'
import type { CallJournal } from '../call/call-journal.ts'
import { withDeadline } from '../flow/deadline.ts'
import type { Entry } from './entry.ts'
import { notesFolder, removeEntry, writeEntry } from './entry-file.ts'
import { thisRun } from './run-identity.ts'

/** A folder that does not answer (a lost network drive) must not keep a call waiting. */
const WITHIN_MS = 2000

/** How late the carrier may be: calls wait in its queue, and its clock is not ours. */
const LATE_MS = 5 * 60_000

/**
 * Notes calls of this account in the folder `live` below `home`, which is made when it is needed. What cannot be written gives one warning
 * (`journal-failed`); the call goes on, and each later step tries again.
 */
export function createJournal({
  home,
  accountSid,
  warn,
}: {
  home: string
  accountSid: string
  warn: (code: string, message: string, hint: string) => void
}): CallJournal {
  const folder = notesFolder(home)
  const run = thisRun()
  let hasWarned = false

  const fail = (error: unknown) => {
    if (hasWarned) return
    hasWarned = true
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    warn(
      'journal-failed',
      `The call cannot be noted in ${folder} (${why}): if this program is killed, the next run will not know of it.`,
      'Set AI_CALLER_HOME to a folder that can be written.',
    )
  }
  return {
    async intend({ to, from, longestMs }) {
      const startedAt = new Date()
      const endsBy = endOf(startedAt, longestMs)
      const id = randomBytes(8).toString('hex')
      let entry: Entry = { id, to, from, accountSid, callSid: null, startedAt, endsBy, run: await run }
      let isOver = false
      let done = Promise.resolve()

      const next = (step: () => Promise<void>) => {
        done = done.then(step).catch(fail)
        return withDeadline(done, WITHIN_MS, () =>
          Object.assign(new Error('late'), { code: 'ETIMEDOUT' }),
        ).catch(fail)
      }
      const write = (changes: Partial<Entry>) => {
        if (isOver) return Promise.resolve()
        entry = { ...entry, ...changes }
        const current = entry
        return next(() => writeEntry(folder, current))
      }
      await write({})
      return {
        placed: (callSid) => write({ callSid }),
        async extend(more) {
          const later = endOf(new Date(), more)
          if (later > entry.endsBy) await write({ endsBy: later })
        },
        over() {
          isOver = true
          return next(() => removeEntry(folder, id))
        },
      }
    },
  }
}

function endOf(from: Date, longestMs: number): Date {
  return new Date(from.getTime() + longestMs + LATE_MS)
}
