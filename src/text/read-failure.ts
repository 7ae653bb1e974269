/** What the system's codes mean for a file that is only read. */
const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a file stands where its folder should be',
  EISDIR: 'it is a folder',
  EACCES: 'you have no permission to read it',
  EPERM: 'you have no permission to read it',
}

/** Why a file could not be read, in words that end a sentence; the system's own code where there are none. */
export function whyUnread(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return READ_FAILURES[code] ?? code
}
