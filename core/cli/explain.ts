import { z } from 'zod'
import { explanationShape } from '../api/profile-shape.ts'
import { registryShape } from '../api/registry.ts'
import { columns } from './columns.ts'
import { command } from './command.ts'
import { customerPath, findCustomer, nameOf } from './customer.ts'

type Explanation = z.output<typeof explanationShape>

const ruleOf = ({ rule }: Explanation['reason']): string => (rule === null ? '' : `, rule ${rule}`)
const answerOf = ({ slot, offer, reason, decision, until }: Explanation): string =>
  [
    `${slot}: ${offer ?? 'no offer'} (${reason.code}${ruleOf(reason)})`,
    ...(decision ? [`since ${decision.since}`] : []),
    until === null ? 'until something happens' : `until ${until}`,
  ].join(', ')

const finalistRows = ({ finalists }: Explanation): readonly (readonly string[])[] =>
  finalists.map(({ rule, offer, tier, score, lost }) => [
    `  ${rule}`,
    offer,
    `tier ${tier}`,
    `score ${score}`,
    lost === null ? 'won' : `lost by ${lost}`,
  ])
const countsOf = ({ counts: { considered, ...stages } }: Explanation): string => {
  const left = Object.entries(stages).filter(([, count]) => count > 0)
  return `  ${considered} rules considered${left.map(([stage, count]) => `, ${count} left at ${stage}`).join('')}`
}

const linesOf = (explanation: Explanation): readonly string[] => [
  answerOf(explanation),
  ...columns(finalistRows(explanation)),
  countsOf(explanation),
]

export const explainCommand = command({
  usage: 'explain <identifier>',
  summary: 'why a customer, type:value or a profile id, is shown what they are shown',
  options: [['--slot <slot>', 'only this slot']],
  alone: true,
  input: z.object({ identifier: z.string(), slot: z.string().optional() }),
  run: async ({ identifier, slot }, { hub, tell }) => {
    const customer = await findCustomer(hub, identifier)
    const slots =
      slot === undefined ? (await hub.get('/v1/registry', registryShape)).slots.map(({ key }) => key) : [slot]
    const explanations: Explanation[] = []
    for (const key of slots) {
      const path = customerPath(customer.id, `/explain?slot=${encodeURIComponent(key)}`)
      explanations.push(await hub.get(path, explanationShape))
    }
    const lines = [nameOf(customer), `segments: ${customer.segments.join(', ') || 'none'}`]
    tell({ profile: customer, explanations }, [...lines, ...explanations.flatMap(linesOf)])
    return 0
  },
})
