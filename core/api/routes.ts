import type { Operations } from '../flow/operations.ts'
import { connectorRoutes } from './connectors.ts'
import { decideRoutes } from './decide.ts'
import { healthRoutes } from './health.ts'
import { hookRoutes } from './hooks.ts'
import { ingestRoutes } from './ingest.ts'
import { keyRoutes } from './keys.ts'
import { ofrepRoutes } from './ofrep.ts'
import { profileRoutes } from './profiles.ts'
import { registryRoutes } from './registry.ts'
import { reportRoutes } from './reports.ts'
import type { Route } from './route.ts'

/** Every route that is built. `closing` tells whether the hub was asked to stop. */
export const allRoutes = (operations: Operations, closing: () => boolean): readonly Route[] => [
  ...ingestRoutes(operations),
  ...decideRoutes(operations),
  ...ofrepRoutes(operations),
  ...profileRoutes(operations),
  ...registryRoutes(operations),
  ...connectorRoutes(operations),
  ...hookRoutes(operations),
  ...reportRoutes(operations),
  ...keyRoutes(operations),
  ...healthRoutes(operations, closing),
]
