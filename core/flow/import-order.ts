import Big from 'big.js'
import { type JsonObject, own } from '../profile/json.ts'
import type { ImportSettings } from '../profile/settings.ts'
import { type DeclaredTypes, decimalOf, type Line, type Lines, textOf, typedText } from './import-line.ts'

type Products = NonNullable<ImportSettings['products']>
/** What an order is summed up from: always numbers, never missing. */
const amounts = ['quantity', 'price']

const productOf = (products: Products, types: DeclaredTypes, { line, row }: Line): JsonObject =>
  Object.fromEntries(
    Object.entries(products).flatMap(([name, column]) => {
      const [text, isAmount] = [textOf(row, column), amounts.includes(name)]
      const type = isAmount ? 'number' : own(types, `products[].${name}`)
      return text === '' && !isAmount ? [] : [[name, typedText(text, type, column, line)]]
    }),
  )

/** The exact decimal sum of quantity times price; nothing where the import does not name the columns of both. */
const revenueOf = ({ quantity, price }: Products, lines: Lines): JsonObject => {
  if (quantity === undefined || price === undefined) return {}
  const amount = ({ line, row }: Line, column: string): Big => decimalOf(textOf(row, column), column, line)
  const total = lines.reduce((sum, one) => sum.plus(amount(one, quantity).times(amount(one, price))), new Big(0))
  return { revenue: total.toNumber() }
}

/** What the rows of an order say together: its id, products and revenue. */
export const orderOf = ({ groupBy, products }: ImportSettings, types: DeclaredTypes, lines: Lines): JsonObject => ({
  ...(groupBy !== undefined && { order_id: textOf(lines[0].row, groupBy) }),
  ...(products && { products: lines.map((line) => productOf(products, types, line)), ...revenueOf(products, lines) }),
})
