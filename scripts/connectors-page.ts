import type { Connector } from '../core/contract/connector.ts'
import { code, list, table } from './markdown.ts'
import { limitWords, provenWords, pullWords, pushWords, webhookWords } from './plugin-facts.ts'

const overview = (connectors: readonly Connector[]): string[] =>
  table(
    ['connector', 'channel', 'contacts by', 'push', 'pull', 'webhooks', 'held to'],
    connectors.map((connector) => [
      `[${connector.title}](../plugins/${connector.id}/README.md)`,
      connector.channel,
      connector.keys.join(', '),
      pushWords(connector),
      pullWords(connector),
      webhookWords(connector),
      [...new Set(connector.proven.map(({ by }) => by))].join(', '),
    ]),
  )

const further: readonly (readonly [keyof Connector, string])[] = [
  ['setup', 'creates what it needs'],
  ['erase', 'erases persons'],
  ['content', 'lists content entries'],
  ['observedRules', 'lists targeting that is kept in the tool'],
]

/** The names in the tool that a map leads to unless config says otherwise. */
const written = ({ defaults, memberships }: Connector): string => {
  const fields = Object.values(defaults).map(code)
  const kinds = Object.keys(memberships).map((kind) => code(`{ ${kind}: … }`))
  return [...fields, ...kinds].join(', ') || 'only what its map names'
}

const section = (connector: Connector): string[] => [
  `## ${connector.title}`,
  connector.summary,
  '',
  ...list([
    `Also: ${
      further
        .filter(([name]) => connector[name] !== undefined)
        .map(([, does]) => does)
        .join('; ') || 'nothing'
    }.`,
    `Standard fields and memberships: ${written(connector)}.`,
    ...limitWords(connector).map((line) => `Limit: ${line}.`),
    ...connector.permissions.map((right) => `Grant: ${right}.`),
    ...provenWords(connector).map((line) => `Held to ${line}.`),
  ]),
  '',
]

/** docs/connectors.md: what each connector can do, made from the manifests. */
export const connectorsPage = (connectors: readonly Connector[]): string =>
  [
    '<!-- Generated from the manifests by `npm run docs`. -->',
    '# Connectors',
    '',
    'What each can do, what the vendor allows, what to grant, what is written, and what each was held to. A connector writes',
    'only what its map in hub.yaml names. `live`: run against the real tool; `contract`: its requests validate against the',
    "vendor's own description; `recorded`: it reads recorded answers of the live API; `sandbox`: only the tool in small.",
    '',
    ...overview(connectors),
    '',
    ...connectors.flatMap(section),
  ].join('\n')
