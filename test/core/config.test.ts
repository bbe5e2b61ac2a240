import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { usedPlugins } from '../../core/config/connector-settings.ts'
import type { Config } from '../../core/config/load.ts'
import { configSchemas } from '../../core/config/schemas.ts'
import { damagedFiles, type Files, goodFiles, load } from './config-sample.ts'

const configOf = (files: Files, sources = {}): { config: Config; folder: string } => {
  const { loaded, folder } = load(files, sources)
  if ('problems' in loaded)
    throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return { config: loaded.config, folder }
}

describe('config', () => {
  it('config: several files are one: maps merge by key, lists follow each other, in the order of the files', () => {
    const { config } = configOf(goodFiles)
    expect(config.hub.name).toBe('Shop')
    expect(Object.keys(config.connectors)).toEqual(['shop', 'mail'])
    expect(Object.keys(config.rollouts)).toEqual(['first'])
    expect(config.registry.segments.map(({ key }) => key)).toEqual(['fans', 'buyers'])
    expect(Object.keys(config.profile.identifiers)).toEqual(['userId', 'email'])
    expect(config.publish).toBe('auto')
  })

  it('config: names are relative to the file that they stand in, and absolute when they are read', () => {
    const { config, folder } = configOf(
      damagedFiles({ 'tools/mail.yaml': [['list: news', 'list: news\n    sandbox: { seed: ./people.ndjson }']] }),
    )
    const inFolder = (file: string) => (isAbsolute(file) ? relative(folder, file) : file)
    expect(config.samples.map(({ file }) => inFolder(file))).toEqual(['tools/people.ndjson'])
    expect(config.connectors.mail?.sandbox).toEqual({ seed: `${folder}/tools/people.ndjson` })
    expect(config.files.map(inFolder)).toEqual([
      'hub.yaml',
      'tools/mail.yaml',
      'profile.yaml',
      'rules/10-segments.yaml',
      'rules/20-offers.yaml',
    ])
    expect(config.folder).toBe(folder)
  })

  it('config: a file that two others include is read once, also in a ring', () => {
    const { config } = configOf(
      damagedFiles({
        'hub.yaml': [['[./tools/mail.yaml]', '[./tools/mail.yaml, ./tools/mail.yaml]']],
        'tools/mail.yaml': [['connectors:', 'include: [../hub.yaml]\nconnectors:']],
      }),
    )
    expect(Object.keys(config.connectors)).toHaveLength(2)
  })

  it('config: an anchor can be repeated', () => {
    const { config } = configOf(
      damagedFiles({
        'profile.yaml': [
          ['userId: { limit: 1 }', 'userId: &few { limit: 2 }'],
          ['email: { limit: 3 }', 'email: *few'],
        ],
      }),
    )
    expect(config.profile.identifiers.email?.limit).toBe(2)
  })

  it("config: a connector's settings have their plugin's defaults, and what a sandbox supplies may be left out", () => {
    const { config } = configOf(goodFiles)
    expect(config.connectors.mail?.settings).toEqual({ apiKey: 'mail-key-value', list: 'news', tries: 3 })
    expect(config.connectors.shop?.settings).toEqual({})
  })

  it('config: tells which plugins it needs before it is checked', () => {
    const file = fileURLToPath(new URL('../../config/hub.yaml', import.meta.url))
    expect(usedPlugins(file)).toEqual(['mailchimp', 'wordpress', 'vendure', 'hubspot'])
  })
})

const schemas = configSchemas()
const shipped = new URL('../../config/', import.meta.url)
const shippedFiles = [
  { file: 'hub.yaml', schema: schemas.hub },
  { file: 'profile.yaml', schema: schemas.profile },
  ...readdirSync(new URL('rules/', shipped)).map((name) => ({ file: `rules/${name}`, schema: schemas.rules })),
]

describe('config schemas', () => {
  const validate = (schema: object, value: unknown) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
    ajv.validate(schema, value)
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
  it.each(shippedFiles)('config: $file fits the schema that editors use', ({ file, schema }) => {
    expect(validate(schema, parse(readFileSync(new URL(file, shipped), 'utf8')))).toEqual([])
  })
  it.each([
    { name: 'an unknown section', schema: schemas.hub, value: { hub: { name: 'Shop' }, conectors: {} } },
    { name: 'a hub without a name', schema: schemas.hub, value: { hub: {} } },
    {
      name: 'a trait of an unknown type',
      schema: schemas.profile,
      value: { identifiers: {}, traits: { a: { type: 'txt' } } },
    },
    {
      name: 'a condition of none of the forms',
      schema: schemas.rules,
      value: { segments: [{ key: 'a', when: { evnt: 'x' } }] },
    },
  ])('config: the schema refuses $name', ({ schema, value }) => {
    expect(validate(schema, value)).not.toEqual([])
  })
})
