import assert from 'node:assert/strict'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Check, can, required } from './check.ts'
import { needsOf, spelled } from './preparation.ts'
import { atWorkbench, person } from './workbench.ts'

export const setupChecks: readonly Check[] = [
  {
    name: 'fields: lists what the tool has, each name once',
    applies: can('fields'),
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, sandbox }) => {
        const name = spelled(subject, 'ls_seen')
        sandbox.seed([person('ada@example.test', { [name]: 'x' })])
        const names = (await required(connector.fields)(context('read'))).map((field) => field.name)
        assert.ok(names.includes(name), `${name} is in the tool, but not in the list`)
        assert.equal(new Set(names).size, names.length, 'a name is listed twice')
        for (const [trait, field] of Object.entries(connector.defaults))
          assert.ok(names.includes(field), `defaults.${trait} leads to ${field}, which the tool does not have`)
      }),
  },
  {
    name: 'fields: a tool that fails is not taken for one without fields',
    applies: can('fields'),
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, breakBy }) => {
        breakBy(() => ({ status: 500, json: { message: 'internal' } }))
        await assert.rejects(async () => required(connector.fields)(context('read')), ConnectorError)
      }),
  },
  {
    name: 'setup: creates what is missing and reports every need once',
    applies: can('setup'),
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context }) => {
        const needs = needsOf(subject)
        const { created, present, manual } = await required(connector.setup)(context('setup'), needs)
        const lines = [...created, ...present, ...manual]
        for (const { name } of [...needs.fields, ...needs.memberships])
          assert.ok(
            lines.some((line) => line.includes(name)),
            `setup says nothing about ${name}`,
          )
        for (const line of manual) assert.ok(line.includes(' '), `say what a person must do and why: ${line}`)
      }),
  },
  {
    name: 'setup: what it says to have created, fields() lists as writable',
    applies: can('setup', 'fields'),
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context }) => {
        const needs = needsOf(subject)
        const { created, present } = await required(connector.setup)(context('setup'), needs)
        const there = await required(connector.fields)(context('read'))
        const made = needs.fields.filter(({ name }) => [...created, ...present].some((line) => line.includes(name)))
        for (const { name } of made)
          assert.ok(there.find((field) => field.name === name)?.writable, `${name} is not a writable field of the tool`)
      }),
  },
  {
    name: 'setup: a second time finds all in place and changes nothing',
    applies: can('setup'),
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, sandbox }) => {
        const needs = needsOf(subject)
        await required(connector.setup)(context('setup'), needs)
        const once = structuredClone(sandbox.state())
        const { created } = await required(connector.setup)(context('setup'), needs)
        assert.deepEqual(created, [])
        assert.deepEqual(sandbox.state(), once)
      }),
  },
]
