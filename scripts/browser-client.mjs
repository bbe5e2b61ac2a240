/**
 * The browser client in one file. Its modules are translated by the compiler and put one after the other into one
 * function, every module behind those that it imports: that needs no bundler among the packages that ship. It takes
 * named imports of neighbours only, and refuses everything else, and names that two modules use at their top.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const importing = /^import \{([^}]*)\} from '\.\/([\w-]+)\.js';?\n/gm
const exporting = /^export (?=(?:async |const |function |class ))/gm
const declaring = /^(?:async function|const|let|function|class) ([\w$]+)/gm
const empty = /^export \{\};?\n/gm

const compile = (root, folder, target) => {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  const flags = ['--noEmit', 'false', '--noCheck', '--removeComments', '--outDir', target]
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder, ...flags], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`compiling the browser client:\n${stdout}${stderr}`)
}

/** A module without its imports and exports, and whom it imports. */
const read = (folder, name) => {
  const source = fs.readFileSync(path.join(folder, `${name}.js`), 'utf8')
  const imports = [...source.matchAll(importing)]
  const renamed = imports.find(([, names]) => / as /.test(names))
  const text = source.replace(importing, '').replace(empty, '').replace(exporting, '')
  const foreign = renamed?.[0] ?? /^(?:import|export)\b.*/m.exec(text)?.[0]
  if (foreign !== undefined) throw new Error(`joining core/sdk/${name}.ts: write it another way: ${foreign}`)
  return { text, needs: imports.map(([, , needed]) => needed) }
}

const inOrder = (folder, entry) => {
  const modules = new Map()
  const visit = (name) => {
    if (modules.has(name)) return
    const { text, needs } = read(folder, name)
    for (const needed of needs) visit(needed)
    modules.set(name, text)
  }
  visit(entry)
  return modules
}

const refuseTwins = (modules) => {
  const owners = new Map()
  for (const [module, text] of modules)
    for (const [, name] of text.matchAll(declaring)) {
      const owner = owners.get(name)
      if (owner !== undefined)
        throw new Error(`joining core/sdk: ${owner}.ts and ${module}.ts both name something ${name}`)
      owners.set(name, module)
    }
}

/** Writes `core/sdk/leitstern.js` below the folder of a build. */
export const buildBrowserClient = (root, target) => {
  const folder = path.join(target, 'core/sdk')
  compile(root, path.join(root, 'core/sdk'), folder)
  const modules = inOrder(folder, 'main')
  refuseTwins(modules)
  const script = `;(() => {\n'use strict'\n${[...modules.values()].join('')}})()\n`
  fs.writeFileSync(path.join(folder, 'leitstern.js'), script.replace(/^ +/gm, ''))
}
