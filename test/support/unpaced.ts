import { openTool } from '../../core/flow/tools.ts'
import { unpaced } from '../../core/host/pace.ts'

/** Tools without the pace that their vendors ask for: at it, thousands of contacts take hours of test. */
export const openUnpaced: typeof openTool = (key, settings, stored, around) =>
  openTool(key, settings, stored, { ...around, pace: () => unpaced })
