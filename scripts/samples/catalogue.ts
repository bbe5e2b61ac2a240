export const categories = ['headphones', 'speakers', 'vinyl', 'turntables', 'accessories'] as const
export type Category = (typeof categories)[number]

export interface Product {
  readonly sku: string
  readonly name: string
  readonly category: Category
  readonly cents: number
}

/** What the demo shop sells. */
export const catalogue: readonly Product[] = [
  { sku: 'HP-100', name: 'Alto on-ear headphones', category: 'headphones', cents: 8990 },
  { sku: 'HP-200', name: 'Sopran wireless headphones', category: 'headphones', cents: 19900 },
  { sku: 'HP-300', name: 'Sopran studio headphones', category: 'headphones', cents: 28950 },
  { sku: 'SP-100', name: 'Kiesel portable speaker', category: 'speakers', cents: 7990 },
  { sku: 'SP-200', name: 'Fels bookshelf speakers', category: 'speakers', cents: 34900 },
  { sku: 'LP-1', name: 'Winter Songs, double LP', category: 'vinyl', cents: 3290 },
  { sku: 'LP-2', name: 'Harbour Lights, LP', category: 'vinyl', cents: 2490 },
  { sku: 'LP-3', name: 'Tape Loops, LP', category: 'vinyl', cents: 2195 },
  { sku: 'TT-100', name: 'Dreher turntable', category: 'turntables', cents: 24900 },
  { sku: 'TT-200', name: 'Dreher turntable with preamp', category: 'turntables', cents: 39900 },
  { sku: 'CARE-1', name: 'Care kit for headphones', category: 'accessories', cents: 1995 },
  { sku: 'CB-1', name: 'Speaker cable, 5 m', category: 'accessories', cents: 1290 },
  { sku: 'BR-1', name: 'Record brush', category: 'accessories', cents: 1450 },
]
