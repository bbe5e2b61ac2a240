import { z } from 'zod'
import { erased } from '../api/profile-shape.ts'
import { command } from './command.ts'
import { customerPath, findCustomer, nameOf } from './customer.ts'

export const exportCommand = command({
  usage: 'export <identifier>',
  summary: 'all that is stored about a customer, as JSON',
  alone: true,
  input: z.object({ identifier: z.string() }),
  run: async ({ identifier }, { hub, tell }) => {
    const { id } = await findCustomer(hub, identifier)
    const everything = await hub.get(customerPath(id, '/export'), z.record(z.string(), z.unknown()))
    tell(everything, [JSON.stringify(everything, null, 2)])
    return 0
  },
})

export const eraseCommand = command({
  usage: 'erase <identifier>',
  summary: 'say whom erasing would remove; with --yes, erase them here and in every tool that was sent them',
  options: [['--yes', 'do it; it cannot be undone']],
  alone: true,
  input: z.object({ identifier: z.string(), yes: z.boolean().default(false) }),
  run: async ({ identifier, yes }, { hub, shell, tell }) => {
    const customer = await findCustomer(hub, identifier)
    if (!yes) {
      tell({ profile: customer.id, erased: false }, [`${nameOf(customer)} would be erased.`])
      shell.err('Nothing was erased: add --yes to do it. It cannot be undone.')
      return 2
    }
    const answer = await hub.delete(customerPath(customer.id), erased)
    const tools = answer.connectors.length > 0 ? `; being erased in ${answer.connectors.join(', ')}` : ''
    tell({ profile: customer.id, ...answer }, [`profile ${customer.id} is erased here${tools}`])
    return 0
  },
})
