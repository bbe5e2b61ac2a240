/** A process that is one plugin's tool, until its parent is gone: `serve.ts <plugin> <state file> [port]`. */
import { openRoughTool } from './rough-tool.ts'
import type { Told } from './told.ts'

const [use = '', stateFile = '', port = '0'] = process.argv.slice(2)
const tell = (told: Told) => process.send?.(told)

// Whoever started this has gone, by whatever way: the pipe to it closes.
process.once('disconnect', () => process.exit())
const tool = await openRoughTool({
  use,
  stateFile: stateFile === '' ? null : stateFile,
  now: Date.now,
  port: Number(port),
  writing: ({ n }) => tell({ writing: n }),
})
process.once('SIGTERM', () => void tool.close().then(() => process.exit()))
tell({ url: tool.url, settings: tool.sandbox.settings(tool.url) })
