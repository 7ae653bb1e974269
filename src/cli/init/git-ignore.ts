/** Would a commit take the keys along? */
import { execFile } from 'node:child_process'

const WITHIN_MS = 2000

/**
 * Whether git leaves the folder's `.env` out. Undefined when the folder is in no repository, or there is no git to ask. A file that is
 * committed already is not left out, whatever `.gitignore` says. Never rejects.
 */
export function isIgnoredByGit(folder: string): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    // A repository can name a program to be run as its file system monitor; this one may be anybody's.
    const args = ['-c', 'core.fsmonitor=false', 'check-ignore', '--quiet', '--', '.env']
    execFile('git', args, { cwd: folder, timeout: WITHIN_MS }, (error) => {
      if (!error) resolve(true)
      else resolve(error.code === 1 ? false : undefined)
    })
  })
}
