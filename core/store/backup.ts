import type { Db } from './database.ts'

/** Copies the database as it is at the end of the copying: page by page, with turns for everybody else between them. */
export const backupTo = async (db: Db, file: string): Promise<void> => {
  await db.backup(file)
}
