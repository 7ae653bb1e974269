/** The names of this machine. */

/** True for names and addresses of this machine: only there may anything travel unencrypted. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}
