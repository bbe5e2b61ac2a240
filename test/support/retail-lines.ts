import Database from 'better-sqlite3'
import { parse } from 'csv-parse/sync'

const columns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
]

/**
 * Orders as the hub should see them: at the time of their first line, in UTC. In the year of the file British clocks were
 * an hour ahead from 27 March 2011, 1:00 UTC to 30 October, 1:00 UTC. Sums are in thousandths, so they are whole numbers.
 */
const derived = `
  create table orders as
    select InvoiceNo as invoice, CustomerID as customer, sum(cast(round(Quantity * UnitPrice * 1000) as integer)) as mills,
      max(StockCode = '85123A') as heart, min(line),
      strftime('%Y-%m-%dT%H:%M:%S.000Z', InvoiceDate,
        iif(InvoiceDate between '2011-03-27 02:00:00' and '2011-10-30 01:59:59', '-1 hour', '+0 hours')) as at
    from lines group by InvoiceNo;
  create table buyers as
    select customer, count(*) as orders, sum(mills) as mills, max(at) as lastAt, max(heart) as heart,
      sum(at > '2011-09-11T00:00:00.000Z') as in90Days
    from orders where customer <> '' group by customer;
`

/** The file's lines, orders and buyers in a database of their own, so that SQL can say what the hub should. */
export const openLines = (csv: string) => {
  const db = new Database(':memory:')
  db.exec(`create table lines (line integer primary key, ${columns.join(', ')})`)
  const insert = db.prepare(`insert into lines values (null, ${columns.map(() => '?').join(', ')})`)
  const onRecord = (fields: readonly string[]) => {
    insert.run(...fields)
    return null
  }
  db.transaction(() => parse(csv, { from_line: 2, onRecord }))()
  db.exec(derived)
  return {
    /** The one value of a query. */
    value: (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? Number.NaN,
    /** Who is in an answer. */
    customers: (where: string): readonly string[] =>
      db.prepare<[], string>(`select customer from buyers where ${where} order by customer`).pluck().all(),
    close: () => db.close(),
  }
}
export type Lines = ReturnType<typeof openLines>
