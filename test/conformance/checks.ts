import { accountChecks } from './account.ts'
import type { Check } from './check.ts'
import { erasureChecks } from './erasure.ts'
import { failureChecks } from './failure.ts'
import { halfChecks } from './half.ts'
import { hygieneChecks } from './hygiene.ts'
import { loginChecks } from './login.ts'
import { manifestChecks } from './manifest.ts'
import { phaseChecks } from './phase.ts'
import { pullChecks } from './pull.ts'
import { pushChecks } from './push.ts'
import { readChecks } from './read.ts'
import { setupChecks } from './setup.ts'
import { strangerChecks } from './stranger.ts'
import { valueChecks } from './value.ts'
import { webhookChecks } from './webhook.ts'

/** What it takes to be a connector. */
export const checks: readonly Check[] = [
  ...manifestChecks,
  ...accountChecks,
  ...loginChecks,
  ...setupChecks,
  ...phaseChecks,
  ...pullChecks,
  ...pushChecks,
  ...valueChecks,
  ...failureChecks,
  ...halfChecks,
  ...readChecks,
  ...erasureChecks,
  ...strangerChecks,
  ...webhookChecks,
  ...hygieneChecks,
]
