/** What earlier runs left behind is noticed before a new call is placed, and offered to be ended. */
import type { Warning } from '../config/parsed.ts'
import { noticeLeftovers } from '../journal/notice-leftovers.ts'
import { cleanLine } from '../reporters/clean-text.ts'
import { hangup } from './commands/hangup.ts'
import { confirm } from './confirm.ts'
import type { Io } from './context.ts'

/** Resolves with what remains to be said of them. `yes`: the offer is taken without asking. */
export async function settleLeftovers(home: string, yes: boolean, io: Io): Promise<Warning[]> {
  const notices = await noticeLeftovers(home)
  const found = notices.filter(({ code }) => code === 'call-left-behind')
  if (found.length === 0) return notices
  const told = found.map(({ message }) => cleanLine(message)).join('\n')
  if (!(await confirm(`${told}\nEnd what is still running?`, yes, io))) return notices
  // Stdout is for the new call alone.
  await hangup(undefined, { all: true }, { ...io, stdout: io.stderr })
  return noticeLeftovers(home)
}
