/** Which Node this program runs on. Pure. */

/** The oldest one, as in package.json. */
export const OLDEST_NODE = [20, 19] as const

/** What to do on an older one. */
export const NEWER_NODE_HINT = `Install Node.js ${OLDEST_NODE.join('.')} or newer from https://nodejs.org.`

/** `nodeVersion`: such as `v20.20.2`. */
export function isTooOld(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}
