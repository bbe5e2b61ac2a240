import { z } from 'zod'
import { contentShape, observedRulesShape } from '../api/connector-shape.ts'
import { columns } from './columns.ts'
import { command } from './command.ts'
import { connectorPath } from './connectors.ts'

type Observed = z.output<typeof observedRulesShape>

const ruleRow = ({ name, kind, active, audience, names }: Observed['rules'][number]): readonly string[] => [
  name,
  kind,
  active ? 'active' : 'inactive',
  audience ?? 'everybody',
  names.length === 0 ? '' : `names ${names.join(', ')}`,
]
const contradictionLine = ({ placement, shows, customers }: Observed['contradictions'][number]): string =>
  `${placement}: the tool shows ${shows} to ${customers} customers for whom the hub has decided otherwise`

export const rulesCommand = command({
  usage: 'connectors rules <connector>',
  summary: 'the targeting that somebody keeps in the tool itself, and where it speaks against ours',
  input: z.object({ connector: z.string() }),
  run: async ({ connector }, { hub, tell }) => {
    const observed = await hub.get(connectorPath(connector, '/observed-rules'), observedRulesShape)
    const { rules, contradictions } = observed
    tell(observed, [
      ...columns([['rule', 'kind', 'state', 'audience', 'our offers'], ...rules.map(ruleRow)]),
      ...contradictions.map(contradictionLine),
    ])
    return contradictions.length > 0 || rules.some(({ names }) => names.length > 0) ? 1 : 0
  },
})

const contents = z.object({ entries: z.array(contentShape) })

export const contentCommand = command({
  usage: 'connectors content <connector>',
  summary: 'content that editors keep in the tool, last changed first: an offer may name an entry by its id',
  options: [['--search <text>', 'only entries whose title holds this']],
  input: z.object({ connector: z.string(), search: z.string().default('') }),
  run: async ({ connector, search }, { hub, tell }) => {
    const path = connectorPath(connector, `/content?search=${encodeURIComponent(search)}`)
    const { entries } = await hub.get(path, contents)
    const rowOf = ({ id, title, kind, locale, updatedAt, url }: (typeof entries)[number]): readonly string[] => [
      id,
      title,
      kind,
      locale ?? '',
      updatedAt,
      url ?? '',
    ]
    tell({ entries }, columns([['id', 'title', 'kind', 'locale', 'changed', 'address'], ...entries.map(rowOf)]))
    return 0
  },
})
