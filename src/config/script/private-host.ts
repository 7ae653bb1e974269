/** Hosts that stand for this machine or its own network, as far as their name or number tells. Pure. */
import { isIP } from 'node:net'
import { isPrivateAddress } from '../../text/private-address.ts'

/** Names that no public server has: RFC 6761 and 6762, ICANN's `internal`, and what home routers make up. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa)$/

/** True for the host of a parsed URL that cannot be a public one. A public name may still lead to a private address. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  if (isIP(host) !== 0) return isPrivateAddress(host)
  return !host.includes('.') || PRIVATE_NAME.test(host)
}
