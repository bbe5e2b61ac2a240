import { backupCommand } from './backup.ts'
import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { connectorsCommand, replayCommand, setupCommand } from './connectors.ts'
import { contentCommand, rulesCommand } from './connectors-beside.ts'
import { newConnectorCommand } from './connectors-new.ts'
import { doctorCommand } from './doctor.ts'
import { explainCommand } from './explain.ts'
import { importCommand } from './import.ts'
import { keyCommands } from './keys.ts'
import { phaseCommand } from './phase.ts'
import { publishCommand } from './publish.ts'
import { reloadCommand } from './reload.ts'
import { restoreCommand } from './restore.ts'
import { eraseCommand, exportCommand } from './rights.ts'
import { startCommand } from './start.ts'
import { unbuiltCommands } from './unbuilt.ts'

/** Every command of `leitstern`. */
export const commands: readonly Command[] = [
  startCommand,
  checkCommand,
  connectorsCommand,
  setupCommand,
  rulesCommand,
  contentCommand,
  newConnectorCommand,
  publishCommand,
  reloadCommand,
  phaseCommand,
  explainCommand,
  importCommand,
  replayCommand,
  exportCommand,
  eraseCommand,
  backupCommand,
  restoreCommand,
  ...keyCommands,
  doctorCommand,
  ...unbuiltCommands,
]
