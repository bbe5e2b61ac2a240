import { startHub } from '../../core/hub.ts'
import { answering } from './asked.ts'

/** The hub as `npm start` runs it, in a process that is measured. */
const hub = await startHub({ env: process.env, out: () => {} })
answering({ url: () => hub.url }, hub.close)
