import { z } from 'zod'
import type { Connector } from '../core/contract/connector.ts'
import { code, list, table } from './markdown.ts'
import { limitWords, provenWords, pullWords, pushWords, webhookWords } from './plugin-facts.ts'

const property = z.object({
  description: z.string().default(''),
  secret: z.boolean().optional(),
  default: z.unknown().optional(),
})
const settingsShape = z.object({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
})

const abilities: readonly (readonly [keyof Connector, string])[] = [
  ['authorize', 'logs in, and once more when the tool has ended the session'],
  ['check', 'names the account that it reached, and notices when it is another one'],
  ['fields', 'lists the fields that contacts have in the tool'],
  ['setup', 'creates the fields and memberships that the map needs, or says what a person must do'],
  ['pull', 'brings in what is new in the tool, from where it stopped'],
  ['webhook', "takes the tool's signed webhooks"],
  ['push', 'writes the current difference of each contact'],
  ['read', 'reads what the tool holds, for audits, drift and giving back'],
  ['erase', 'removes a person from the tool'],
  ['content', 'lists content entries, so that they are referenced and not copied'],
  ['observedRules', 'lists the targeting that somebody keeps in the tool itself'],
]

const settingRows = (connector: Connector): readonly (readonly string[])[] => {
  const { properties, required } = settingsShape.parse(z.toJSONSchema(connector.settings, { io: 'input' }))
  return Object.entries(properties).map(([name, { description, secret, default: standard }]) => [
    code(name),
    required.includes(name) ? 'yes' : standard === undefined ? 'no' : `no: ${code(JSON.stringify(standard))}`,
    secret === true ? `${description}. Secret: only as "\${ENV_NAME}" or "\${file:path}"` : description,
  ])
}

const example = (connector: Connector): string[] => {
  const { properties, required } = settingsShape.parse(z.toJSONSchema(connector.settings, { io: 'input' }))
  const env = (name: string) =>
    `${connector.id}_${name}`
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toUpperCase()
  const settings = required.map(
    (name) => `      ${name}: ${properties[name]?.secret === true ? `"\${${env(name)}}"` : '…'}`,
  )
  return [
    '```yaml',
    'connectors:',
    `  ${connector.channel}:`,
    `    use: ${connector.id}`,
    `    channel: ${connector.channel}`,
    '    phase: observe',
    ...(settings.length === 0 ? [] : ['    settings:', ...settings]),
    `    contact: { key: ${connector.keys[0]}, create: never }`,
    '    consent: { purpose: …, onWithdraw: clear }',
    '    map: { … }',
    '```',
  ]
}

/** A plugin's README, made from its manifest: what is written here is what the code says. */
export const pluginReadme = (connector: Connector): string => {
  const memberships = Object.entries(connector.memberships)
  const defaults = Object.entries(connector.defaults)
  return [
    '<!-- Generated from the manifest by `npm run docs`. -->',
    `# ${connector.title}`,
    '',
    connector.summary,
    '',
    `Channel: ${connector.channel}. The vendor's documentation: <${connector.docs}>`,
    '',
    '## Enable it',
    ...example(connector),
    '',
    '## Settings',
    ...table(['setting', 'needed', 'what it is'], settingRows(connector)),
    '',
    '## What it can do',
    ...abilities
      .filter(([name]) => connector[name] !== undefined)
      .map(([name, does]) => `- ${code(String(name))}: ${does}`),
    '',
    `Contacts are found by ${connector.keys.map(code).join(', ')}.`,
    `Push: ${pushWords(connector)}. Pull: ${pullWords(connector)}. Webhooks: ${webhookWords(connector)}.`,
    '',
    '## What to grant',
    ...list(connector.permissions),
    ...(memberships.length === 0
      ? []
      : [
          '',
          '## Memberships',
          ...table(
            ['in a map', 'in the tool'],
            memberships.map(([kind, about]) => [code(`{ ${kind}: … }`), about]),
          ),
        ]),
    ...(defaults.length === 0
      ? []
      : [
          '',
          '## Standard fields',
          'A map takes them by `true`, as in `firstName: true`.',
          '',
          ...table(
            ['trait', "the tool's field"],
            defaults.map(([trait, field]) => [code(trait), code(field)]),
          ),
        ]),
    '',
    '## Limits that the hub keeps to',
    ...list(limitWords(connector)),
    '',
    'Config may tighten them.',
    '',
    '## What it may do while it only reads',
    'In observe and shadow every other request is refused:',
    ...connector.reads.map(
      ({ method, path, graphql, when = {} }) =>
        `- ${code(`${method} ${path}`)}${graphql === true ? ', GraphQL queries only' : ''}${Object.entries(when)
          .map(([field, texts]) => `, with the ${field} ${texts.map(code).join(' or ')}`)
          .join('')}`,
    ),
    '',
    '## What it was held to',
    ...list(provenWords(connector)),
    '',
  ].join('\n')
}
