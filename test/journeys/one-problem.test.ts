import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Receipt } from '../../core/contract/change.ts'
import type { Connector, ToolField } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { withJobs } from '../support/paper-jobs.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
afterEach(async () => {
  await box.close()
  vi.restoreAllMocks()
})
const admin = { name: 'admin' }
const clock = { now: 0 }

const open = async (batch: number, as: (paper: PaperTool) => unknown = () => {}) => {
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  const mail = paperTool(() => clock.now, batch)
  as(mail)
  box = await hubInABox({
    clock,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail') },
  })
  return mail
}
/** What the hub's log says that somebody must act upon. */
const alerts = () => vi.spyOn(console, 'error').mockImplementation(() => {})
const buyers = async (count: number) => {
  const names = Array.from({ length: count }, (_, n) => `p${n}`)
  await box.say(
    ...names.flatMap((name) => [
      identify(name, { email: `${name}@x.test`, firstName: name }),
      order(name, `of ${name}`, 1, '2026-11-20T10:00:00Z'),
    ]),
  )
  await box.flow.settle()
}
const later = async () => {
  clock.now += 900_000
  await box.flow.settle()
}
const view = () => box.flow.operations.connector('mail')
const named = ['NAME', 'HEAD', 'OFFER', 'DEC']

it('a refused key is one problem and one alert, and no dead letter, though a thousand contacts wait', async () => {
  const alert = alerts()
  const mail = await open(50)
  mail.fault = (kind) =>
    kind === 'push' ? { throws: new ConnectorError('auth', 'answered 401'), applied: false } : null
  await buyers(1_000)
  for (let n = 0; n < 5; n++) await later()
  expect(await view()).toMatchObject({ health: 'paused', problem: 'answered 401', deadLetters: 0, pending: 1_000 })
  expect(alert).toHaveBeenCalledTimes(1)
  expect(await box.flow.operations.metrics()).toContain('leitstern_connector_paused{connector="mail"} 1')
  mail.fault = () => null
  await box.flow.operations.check('mail')
  await box.flow.settle()
  expect(mail.cards.size).toBe(1_000)
  expect(await view()).toMatchObject({ health: 'ok', problem: null, deadLetters: 0, pending: 0 })
})

/** Its fields are listed, and a push that names another one is refused: each contact by itself, or the whole request. */
const strict =
  (there: Set<string>, refuses: 'each' | 'whole' | 'unnamed') =>
  (paper: PaperTool): void => {
    const { push } = paper.connector
    const fieldOf = (name: string): ToolField => ({ name, type: 'text', label: name, writable: true })
    const strange = (fields: object) => Object.keys(fields).find((field) => !there.has(field))
    const judged: Connector['push'] = async (ctx, changes) => {
      if (refuses === 'whole' && changes.some(({ fields }) => strange(fields)))
        throw new ConnectorError('invalid', 'answered 400')
      const good = changes.filter(({ fields }) => strange(fields) === undefined)
      const refusals = changes.flatMap(({ contact, fields }): Receipt[] => {
        const field = strange(fields)
        if (field === undefined) return []
        const refusal = { contact: contact.id, status: 'rejected', reason: 'unknown property' } as const
        return [refuses === 'each' ? { ...refusal, field } : refusal]
      })
      return [...((await push?.(ctx, good)) ?? []), ...refusals]
    }
    paper.connector = { ...paper.connector, push: judged, fields: async () => [...there].map(fieldOf) }
  }

describe('a field of the map that vanishes in the tool', () => {
  it.each(['each', 'whole', 'unnamed'] as const)(
    'is one problem and no dead letter, and everything else is written on (refused: %s)',
    async (refuses) => {
      const alert = alerts()
      const there = new Set(named)
      const mail = await open(20, strict(there, refuses))
      await buyers(40)
      there.delete('OFFER')
      await box.say(
        ...Array.from({ length: 40 }, (_, n) => identify(`p${n}`, { 'subscription.endsAt': '2026-11-23T12:00:00Z' })),
      )
      for (let n = 0; n < 3; n++) await later()
      expect(mail.holds('p7@x.test')).toMatchObject({ HEAD: 'Renew', OFFER: 'care' })
      expect(await view()).toMatchObject({ health: 'failing', deadLetters: 0, pending: 0 })
      expect((await view())?.problem).toMatch(/^OFFER is written no more: the tool takes no such field .*replay$/)
      expect(alert).toHaveBeenCalledTimes(1)
      expect(await box.flow.operations.metrics()).toContain('leitstern_fields_withheld{connector="mail"} 1')

      there.add('OFFER')
      expect(await box.flow.operations.replay('mail', admin)).toEqual({ replayed: 40 })
      await later()
      expect(mail.holds('p7@x.test')).toMatchObject({ OFFER: 'renew' })
      expect(await view()).toMatchObject({ health: 'ok', problem: null, pending: 0 })
    },
  )

  it('is found in the report of a job, too', async () => {
    alerts()
    const there = new Set(named)
    there.delete('OFFER')
    const mail = await open(20, (paper) => {
      strict(there, 'each')(paper)
      withJobs(paper, () => clock.now, 1_000)
    })
    await buyers(5)
    for (let n = 0; n < 5; n++) await later()
    expect(mail.holds('p3@x.test')).toMatchObject({ HEAD: 'Care' })
    expect(await view()).toMatchObject({ deadLetters: 0, pending: 0 })
  })

  it('a value that the tool refuses in a field that is there remains the problem of its contact', async () => {
    const mail = await open(20, (paper) => {
      strict(new Set(named), 'each')(paper)
      const { push } = paper.connector
      const picky: Connector['push'] = async (ctx, changes) => {
        const isBad = ({ fields }: (typeof changes)[number]) => fields.NAME === 'p3'
        const good =
          (await push?.(
            ctx,
            changes.filter((change) => !isBad(change)),
          )) ?? []
        const bad = changes
          .filter(isBad)
          .map(
            ({ contact }) => ({ contact: contact.id, status: 'rejected', reason: 'too short', field: 'NAME' }) as const,
          )
        return [...good, ...bad]
      }
      paper.connector = { ...paper.connector, push: picky }
    })
    await buyers(5)
    expect(mail.cards.size).toBe(4)
    expect(await view()).toMatchObject({ deadLetters: 1, problem: null })
  })
})
