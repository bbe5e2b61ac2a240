import { owedErasures } from '../store/carry-over.ts'
import type { Core } from './core.ts'
import { eraseCustomer } from './erasure.ts'

/** Erases whom a store still holds that was put back to before they were erased. Answers how many were found. */
export const payErasures = async (core: Core): Promise<number> => {
  const nodes: readonly string[] = JSON.parse((await core.store.fact(owedErasures)) ?? '[]')
  let found = 0
  for (const node of nodes)
    if ((await core.writer.run('front', () => eraseCustomer(core, node, 'restore'))) !== null) found += 1
  if (nodes.length > 0) await core.store.saveFact(owedErasures, '[]')
  return found
}
