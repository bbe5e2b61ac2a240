import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Finding, good, messageOf, note, problem } from './finding.ts'
import type { Shell } from './shell.ts'

const gb = 1024 ** 3
/** Below it a hub soon stands still; and a backup needs room for one more store. */
const least = 0.5 * gb
const oldest = [20, 19] as const

const nodeFinding = (): Finding => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1])
  return isOld
    ? problem('Node', process.versions.node, `install Node ${oldest.join('.')} or newer`)
    : good('Node', process.versions.node)
}

/** A folder that is not there yet is made by the first start, where that may. */
const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)))

const writeFinding = (folder: string): Finding => {
  const subject = 'data folder'
  try {
    if (!existsSync(folder)) {
      accessSync(`${existing(folder)}/.`, constants.W_OK)
      return note(subject, `${folder} is not there yet`, 'start the hub, which makes it; or set LEITSTERN_DATA')
    }
    rmSync(mkdtempSync(join(folder, 'doctor-')), { recursive: true })
    return good(subject, `${folder} can be written`)
  } catch (error) {
    return problem(subject, messageOf(error), `let this user write ${folder}, or set LEITSTERN_DATA`)
  }
}

const roomFinding = (folder: string, store: string | null): Finding => {
  const { bavail, bsize } = statfsSync(existing(folder))
  const free = bavail * bsize
  const size = store !== null && existsSync(store) ? statSync(store).size : 0
  const found = `${(free / gb).toFixed(1)} GB free, the store has ${(size / gb).toFixed(1)} GB`
  if (free < least) return problem('disk', found, 'make room: without any a hub takes no message')
  return free < size
    ? note('disk', found, 'make room for one more copy of the store, for backups')
    : good('disk', found)
}

/** Node, the data folder and its disk. */
export const machineFindings = ({ env }: Shell, store: string | null): readonly Finding[] => {
  const folder = resolve(env.LEITSTERN_DATA ?? 'data')
  return [nodeFinding(), writeFinding(folder), roomFinding(folder, store)]
}
