import { lookup as resolve } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

interface Address {
  readonly address: string
  readonly family: 4 | 6
}
/** Judges where requests may go. Its `lookup` judges the very addresses that are then connected to, so a name cannot change its mind. */
export interface Guard {
  /** Why requests may not go to a base address, or `null`. */
  readonly problem: (baseUrl: string) => string | null
  readonly lookup: (hostname: string, options: object) => Promise<[addresses: Address[]]>
  /** Whether an address is this machine's own. */
  readonly isLoopback: (address: string) => boolean
}
/** A name that leads where requests may not go. */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds'
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Networks that are not the public internet: IANA's special-purpose registries (RFC 6890), cloud metadata among them. */
const inside = new BlockList()
const inside4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
const inside6: readonly [string, number][] = [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]
for (const [network, prefix] of inside4) inside.addSubnet(network, prefix)
for (const [network, prefix] of inside6) inside.addSubnet(network, prefix, 'ipv6')

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
const isLoopback = (address: string) => loopback.check(address, familyOf(address))
const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '')
const namesLoopback = (hostname: string) => hostname === 'localhost' || (isIP(hostname) !== 0 && isLoopback(hostname))

/** What is allowed beside the public internet: this machine, and networks as `10.1.0.0/16`. */
export interface Allowed {
  readonly loopback: boolean
  readonly networks?: readonly string[]
}

const networksOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    list.addSubnet(address, Number(prefix), familyOf(address))
  }
  return list
}

/** Requests may go to the public internet by https, and to this machine and into networks only where that is allowed. */
export const guardFor = ({ loopback: allowLoopback, networks = [] }: Allowed): Guard => {
  const allowed = networksOf(networks)
  const isInside = (address: string) => {
    const family = familyOf(address)
    return inside.check(address, family) && !allowed.check(address, family)
  }
  const isOut = (address: string) => (isLoopback(address) ? !allowLoopback : isInside(address))
  return {
    isLoopback,
    problem(baseUrl) {
      if (!URL.canParse(baseUrl)) return 'it is no address'
      const url = new URL(baseUrl)
      const host = bare(url.hostname)
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${url.protocol} is not for the web`
      if (url.username !== '' || url.password !== '') return 'it holds a credential: put that into the settings'
      if (url.search !== '' || url.hash !== '') return 'it holds a query or a fragment, and paths are added at its end'
      if (url.protocol === 'http:' && !namesLoopback(host)) return 'use https: http is only for this machine itself'
      return isIP(host) !== 0 && isOut(host) ? `${host} is inside the network, not a tool on the internet` : null
    },
    async lookup(hostname) {
      const addresses = await resolve(hostname, { all: true })
      const out = addresses.find(({ address }) => isOut(address))
      if (out) throw new OutOfBounds(`${hostname} leads to ${out.address}, which is inside the network`)
      return [addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))]
    },
  }
}
