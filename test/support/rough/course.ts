import type { SandboxRequest } from '../../../core/contract/sandbox.ts'
import { pathMatches } from '../../../core/host/path.ts'
import { chance } from '../../../scripts/samples/chance.ts'
import type { FaultName, Rule, Script } from './fault.ts'

/** A script under way: the same requests in the same order meet the same faults. */
export interface Course {
  readonly strike: (request: SandboxRequest, writes: boolean) => FaultName | null
}

const fits = ({ method, path, only }: Rule, request: SandboxRequest, writes: boolean): boolean =>
  (method === undefined || method === request.method) &&
  (path === undefined || pathMatches(path, request.path.split('?')[0] ?? '')) &&
  (only === undefined || (only === 'writes') === writes)

export const courseOf = ({ seed, rules }: Script): Course => {
  const random = chance(seed)
  const counts = rules.map((rule) => ({ rule, met: 0, struck: 0 }))
  return {
    strike: (request, writes) => {
      const count = counts.find((each) => {
        if (!fits(each.rule, request, writes)) return false
        each.met += 1
        const { skip, times = Number.POSITIVE_INFINITY, rate } = each.rule
        return each.met > skip && each.struck < times && random() < rate
      })
      if (count === undefined) return null
      count.struck += 1
      return count.rule.fault
    },
  }
}
