import { describe, expect, it } from 'vitest'
import { guardFor, OutOfBounds } from '../../core/host/guard.ts'

const outside = guardFor({ loopback: false })
const local = guardFor({ loopback: true })

describe('the guard', () => {
  it.each([
    'https://api.example.com',
    'https://api.example.com:8443/v3',
    'https://8.8.8.8',
    'https://[2606:4700::1111]/',
  ])('lets requests go to %s', (address) => {
    expect(outside.problem(address)).toBeNull()
    expect(local.problem(address)).toBeNull()
  })

  it.each([
    ['http://api.example.com', /use https/],
    ['ftp://api.example.com', /not for the web/],
    ['file:///etc/passwd', /not for the web/],
    ['nonsense', /no address/],
    ['https://user:word@api.example.com', /credential/],
    ['https://api.example.com?x=1', /query/],
    ['https://api.example.com#x', /fragment/],
    ['https://10.0.0.1', /inside the network/],
    ['https://172.31.255.255', /inside the network/],
    ['https://192.168.1.1', /inside the network/],
    ['https://169.254.169.254/latest/meta-data', /inside the network/],
    ['https://100.64.0.1', /inside the network/],
    ['https://0.0.0.0', /inside the network/],
    ['https://0xa.1', /inside the network/],
    ['https://2886729729', /inside the network/],
    ['https://[fd00::1]', /inside the network/],
    ['https://[fe80::1]', /inside the network/],
    ['https://[::ffff:10.0.0.1]', /inside the network/],
    ['https://[64:ff9b::a00:1]', /inside the network/],
    ['http://localhost.example.com', /use https/],
  ])('keeps requests from %s', (address, why) => {
    expect(outside.problem(address)).toMatch(why)
    expect(local.problem(address)).toMatch(why)
  })

  it.each(['http://127.0.0.1:4600', 'http://[::1]:80', 'https://127.8.8.8', 'http://[::ffff:127.0.0.1]'])(
    'lets requests go to %s only where this machine is allowed',
    (address) => {
      expect(local.problem(address)).toBeNull()
      expect(outside.problem(address)).toMatch(/inside the network/)
    },
  )

  it('lets requests go into the networks that are allowed, by https, and into no other', () => {
    const inside = guardFor({ loopback: false, networks: ['10.1.0.0/16', 'fd00:1::/32'] })
    for (const address of ['https://10.1.2.3', 'https://[fd00:1::7]']) expect(inside.problem(address)).toBeNull()
    for (const address of ['https://10.2.0.1', 'https://[fd00:2::7]', 'https://127.0.0.1'])
      expect(inside.problem(address)).toMatch(/inside the network/)
    expect(inside.problem('http://10.1.2.3')).toMatch(/use https/)
  })

  it('judges what a name leads to', async () => {
    const [addresses] = await local.lookup('localhost', {})
    expect(addresses.length).toBeGreaterThan(0)
    await expect(outside.lookup('localhost', {})).rejects.toThrow(OutOfBounds)
  })
})
