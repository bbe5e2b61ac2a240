import { resolve } from 'node:path'
import { readHub } from './read.ts'
import { textAt } from './tree.ts'

const standard = 'sqlite:leitstern.db'
const embedded = 'sqlite:'

/** The embedded store's file, in the data folder where its path is relative; null: `store` names another kind. */
export const embeddedFile = (store: string, data: string): string | null =>
  store.startsWith(embedded) ? resolve(data, store.slice(embedded.length)) : null

/** What hub.yaml says of the store, though other things in it be wrong or secrets missing: whoever repairs needs no more. */
export const storeSetting = (file: string): string => textAt(readHub(file).tree, 'store') ?? standard
