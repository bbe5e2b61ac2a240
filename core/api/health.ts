import { z } from 'zod'
import type { Operations } from '../flow/operations.ts'
import { Problem } from './problem.ts'
import { type Facts, nothing, type Route, route } from './route.ts'

const facts = { method: 'get', tag: 'operations', scope: null, input: nothing } as const satisfies Partial<Facts>

/** What keeps the hub from being ready; `closing` once it is asked to stop. */
const waitingFor = (operations: Operations, closing: boolean): readonly string[] => {
  const readiness = operations.readiness()
  return [...(closing ? ['closing'] : []), ...(readiness.ready ? [] : readiness.waitingFor)]
}

export const healthRoutes = (operations: Operations, closing: () => boolean): readonly Route[] => [
  route({
    ...facts,
    id: 'health',
    path: '/healthz',
    summary: 'Whether the process answers',
    response: z.object({ status: z.literal('ok') }),
    handle: async () => ({ status: 'ok' as const }),
  }),
  route({
    ...facts,
    id: 'readiness',
    path: '/readyz',
    summary: 'Whether config, sample customers and their deliveries are done; 503 until then',
    response: z.object({ ready: z.literal(true), waitingFor: z.array(z.string()) }),
    handle: async () => {
      const waiting = waitingFor(operations, closing())
      if (operations.readiness().ready && waiting.length === 0) return { ready: true as const, waitingFor: [] }
      throw new Problem('not-ready', `Waiting for ${waiting.join(', ')}.`, {
        members: { ready: false, waitingFor: waiting },
      })
    },
  }),
  route({
    ...facts,
    id: 'metrics',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    response: z.string(),
    text: 'text/plain; version=0.0.4; charset=utf-8',
    handle: () => operations.metrics(),
  }),
]
