import { createHash } from 'node:crypto'
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchFolder } from './folder.ts'
import { measured } from './measured.ts'
import { isTiny } from './size.ts'

/** A store with so many customers. */
export interface Crowd {
  readonly name: string
  readonly people: number
  readonly registry: unknown
  /** The instant at which all was told; epoch ms. */
  readonly now: number
}
/** Filling takes minutes, so filled stores are kept between runs; one for each name. */
const kept = join(tmpdir(), 'leitstern-bench-stores')

/** All code that has a say in what is stored. */
const codeHash = (): string => {
  const hash = createHash('sha256')
  const coreFolders = ['profile', 'rules', 'decide', 'store', 'flow'].map((part) => `../../core/${part}/`)
  for (const folder of [...coreFolders, './']) {
    const path = fileURLToPath(new URL(folder, import.meta.url))
    const files = readdirSync(path, { recursive: folder !== './', encoding: 'utf8' })
    const wanted = folder === './' ? /^(crowd|messages|rules|registry)\.[jt]s$/ : /\.[jt]s$/
    for (const file of files.filter((name) => wanted.test(name)).sort()) hash.update(readFileSync(join(path, file)))
  }
  return hash.digest('hex').slice(0, 12)
}

const fill = async (path: string, { people, registry, now }: Crowd): Promise<void> => {
  const filler = await measured('crowd', {
    BENCH_PATH: path,
    BENCH_PEOPLE: String(people),
    BENCH_REGISTRY: JSON.stringify(registry),
    BENCH_NOW: String(now),
  })
  await filler.ask('fill')
  await filler.close()
}

/** The data folder of a hub with this crowd: a copy of the kept store, which is filled where there is none. */
export const crowdedFolder = async (crowd: Crowd): Promise<string> => {
  const data = benchFolder()
  const own = join(data, 'leitstern.db')
  if (isTiny) {
    await fill(own, crowd)
    return data
  }
  mkdirSync(kept, { recursive: true })
  const { name, people, registry } = crowd
  const stem = `${name}-${people}-`
  const version = createHash('sha256').update(JSON.stringify(registry)).update(codeHash()).digest('hex').slice(0, 12)
  const path = join(kept, `${stem}${version}.db`)
  if (!existsSync(path)) {
    for (const old of readdirSync(kept).filter((file) => file.startsWith(stem))) rmSync(join(kept, old))
    const aside = join(kept, `${stem}${process.pid}.part`)
    await fill(aside, crowd)
    renameSync(aside, path)
  }
  copyFileSync(path, own, constants.COPYFILE_FICLONE)
  return data
}
