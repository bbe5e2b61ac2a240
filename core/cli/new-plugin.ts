import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a plugin begins as: a connector and its sandbox that pass every check, under a name of their own. */
const template = 'new-tool'

export interface NewPlugin {
  /** The folder of the project. */
  readonly project: string
  /** kebab-case. */
  readonly name: string
  readonly channel: string
}

const titleOf = (name: string): string => {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const envOf = (name: string): string => name.replaceAll('-', '_').toUpperCase()

/** The template's words, in each of their spellings, for the new plugin's. */
const renamed = (text: string, { name, channel }: NewPlugin): string =>
  text
    .replaceAll(template, name)
    .replaceAll(titleOf(template), titleOf(name))
    .replaceAll(envOf(template), envOf(name))
    .replaceAll('new-channel', channel)

/** Writes `plugins/<name>`, whole or not at all, and answers its files. Throws where there is such a folder. */
export const writePlugin = (plugin: NewPlugin): readonly string[] => {
  const from = join(plugin.project, 'templates', template)
  const folder = join(plugin.project, 'plugins', plugin.name)
  if (existsSync(folder))
    throw new Error(`beginning the plugin ${plugin.name}: ${folder} is there already; take another name`)
  // A name with a dot is no plugin: nobody loads half of one.
  const aside = `${folder}.${process.pid}`
  mkdirSync(aside, { recursive: true })
  try {
    const files = readdirSync(from).sort()
    for (const file of files) writeFileSync(join(aside, file), renamed(readFileSync(join(from, file), 'utf8'), plugin))
    renameSync(aside, folder)
    return files.map((file) => join(folder, file))
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}
