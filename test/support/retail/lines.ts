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
 * Orders as the hub should see them: at the time of their first line, in UTC (in the file's year British clocks were an
 * hour ahead from 27 March 2011, 1:00 UTC to 30 October, 1:00 UTC), with sums in thousandths, which are whole numbers.
 * Buyers as they are in the night after the last order, 2011-12-10T00:00:00Z.
 */
const derived = `
  create table orders as
    select InvoiceNo as invoice, CustomerID as customer, count(*) as lines,
      sum(cast(round(Quantity * UnitPrice * 1000) as integer)) as mills, max(StockCode = '85123A') as heart, min(line),
      strftime('%Y-%m-%dT%H:%M:%S.000Z', InvoiceDate,
        iif(InvoiceDate between '2011-03-27 02:00:00' and '2011-10-30 01:59:59', '-1 hour', '+0 hours')) as at
    from lines group by InvoiceNo;
  create table buyers as
    select *, case when big then 'thank-you' when lapsed then 'win-back' when heart then 'heart-care' when regular then 'club' end as offer
    from (
      select customer, 'c' || cast(customer as integer) || '@retail.example' as email, count(*) as orders, sum(mills) as mills,
        max(at) as lastAt, sum(mills) >= 5000000 as big, max(at) <= '2011-10-11T00:00:00.000Z' as lapsed, max(heart) as heart,
        sum(at > '2011-09-11T00:00:00.000Z') >= 3 as regular
      from orders where customer <> '' group by customer);
`

/** An invoice, whoever it was for. */
export interface Order {
  readonly invoice: string
  readonly customer: string
  readonly lines: number
  readonly mills: number
  readonly at: string
}
/** A customer; what holds of them is 1, what does not is 0. */
export interface Buyer {
  readonly customer: string
  readonly email: string
  readonly orders: number
  readonly mills: number
  readonly lastAt: string
  readonly big: 0 | 1
  readonly lapsed: 0 | 1
  readonly heart: 0 | 1
  readonly regular: 0 | 1
  readonly offer: string | null
}

/** What SQL makes of the file's lines, so that it can say what the hub should. */
export const readLines = (csv: string) => {
  const db = new Database(':memory:')
  db.exec(`create table lines (line integer primary key, ${columns.join(', ')})`)
  const insert = db.prepare(`insert into lines values (null, ${columns.map(() => '?').join(', ')})`)
  const onRecord = (fields: readonly string[]) => {
    insert.run(...fields)
    return null
  }
  db.transaction(() => parse(csv, { from_line: 2, onRecord }))()
  db.exec(derived)
  const count = (rows: string): number => db.prepare<[], number>(`select count(*) from (${rows})`).pluck().get() ?? 0
  const told = {
    lines: count('select 1 from lines'),
    distinct: count(`select distinct ${columns.join(', ')} from lines`),
    orders: db.prepare<[], Order>('select invoice, customer, lines, mills, at from orders order by invoice').all(),
    buyers: db.prepare<[], Buyer>('select * from buyers order by customer').all(),
  }
  db.close()
  return told
}
