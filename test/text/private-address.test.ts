import { describe, expect, it } from 'vitest'
import { isPrivateAddress } from '../../src/text/private-address.ts'

describe('private addresses', () => {
  it.each([
    ['unspecified', '0.0.0.0'],
    ['of "this network"', '0.1.2.3'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['of a carrier (CGNAT)', '100.64.0.1'],
    ['of a carrier (CGNAT)', '100.127.255.255'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['link-local, where clouds keep their secrets', '169.254.169.254'],
    ['special', '192.0.0.1'],
    ['for documents', '192.0.2.1'],
    ['for benchmarks', '198.19.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback, written out', '0:0:0:0:0:0:0:1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fd12:3456::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['mapped and written out', '0:0:0:0:0:ffff:10.0.0.1'],
    ['mapped with zeros', '::ffff:0:1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['private through NAT64', '64:ff9b::10.0.0.1'],
    ['loopback through NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a local network', '64:ff9b:1::8.8.8.8'],
    ['private in 6to4', '2002:7f00:1::'],
    ['public in 6to4, which nobody routes any more', '2002:808:808::1'],
    ['Teredo', '2001::1'],
    ['for documents', '2001:db8::1'],
    ['given out to nobody', '4000::1'],
    ['no address at all', 'localhost'],
    ['no address at all', ''],
  ])('%s: %s', (_kind, address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('are not those of the public internet: %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})
