/** Which addresses are no business of a model's: this machine, its networks, and whatever is not the public internet. Pure. */
import { BlockList, isIP } from 'node:net'

/** IPv4 that is not globally reachable: https://www.iana.org/assignments/iana-ipv4-special-registry, multicast and reserved. */
const PRIVATE_IPV4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])

/** All of IPv6 that is given out: https://www.iana.org/assignments/ipv6-address-space. */
const GLOBAL_IPV6 = blockList('ipv6', [['2000::', 3]])

/** Exceptions in it: protocols (Teredo among them), documentation, 6to4, which hides an IPv4 address. */
const SPECIAL_IPV6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])

/** IPv4 inside IPv6 as `URL` writes it: mapped (RFC 4291), or through NAT64 (RFC 6052), by which IPv6-only networks reach IPv4. */
const EMBEDDED_IPV4 = /^\[(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})\]$/

/**
 * True unless `address`, an IPv4 or IPv6 address in any spelling, is globally reachable. What is no address, or has a zone, counts as
 * private: nobody can say where it leads.
 */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return PRIVATE_IPV4.check(address, 'ipv4')
  const url = `http://[${address}]`
  if (family !== 6 || !URL.canParse(url)) return true
  const [embedded, high = '0', low = '0'] = EMBEDDED_IPV4.exec(new URL(url).hostname) ?? []
  if (embedded) return PRIVATE_IPV4.check(dotted(parseInt(high, 16), parseInt(low, 16)), 'ipv4')
  return !GLOBAL_IPV6.check(address, 'ipv6') || SPECIAL_IPV6.check(address, 'ipv6')
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function blockList(
  family: 'ipv4' | 'ipv6',
  subnets: readonly (readonly [net: string, prefix: number])[],
): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family)
  return list
}
