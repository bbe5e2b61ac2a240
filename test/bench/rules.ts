import { chance, pick, type Random, whole } from '../../scripts/samples/chance.ts'

const range = (count: number): readonly number[] => [...Array(count).keys()]
const named = (name: string, count: number): readonly string[] => range(count).map((index) => `${name}${index + 1}`)

/** Forty traits; of each customer about four in five are known. */
export const texts = named('text', 14)
export const numbers = named('number', 16)
export const flags = named('flag', 6)
export const lists = named('list', 4)
export const tags = named('tag', 20)
/** Each text trait is a category with few or many values. */
export const valuesOf = (text: string): readonly string[] => named('v', 4 + 2 * texts.indexOf(text))
export const largest = 1_000

/** One statement about one trait, in no evaluator's language. */
export type Predicate =
  | { readonly trait: string; readonly op: 'is'; readonly value: string | boolean }
  | { readonly trait: string; readonly op: 'in'; readonly values: readonly string[] }
  | { readonly trait: string; readonly op: 'gte' | 'lt'; readonly value: number }
  | { readonly trait: string; readonly op: 'between'; readonly from: number; readonly to: number }
  | { readonly trait: string; readonly op: 'contains'; readonly value: string }
  | { readonly trait: string; readonly op: 'exists' }

const category = (random: Random): Predicate => {
  const trait = pick(random, texts)
  return { trait, op: 'is', value: pick(random, valuesOf(trait)) }
}
const among = (random: Random): Predicate => {
  const trait = pick(random, texts)
  const values = valuesOf(trait)
  return { trait, op: 'in', values: values.slice(0, whole(random, 2, values.length - 1)) }
}
const compared = (random: Random): Predicate => {
  const trait = pick(random, numbers)
  const value = whole(random, 1, largest - 1)
  return { trait, op: random() < 0.5 ? 'gte' : 'lt', value }
}
const inside = (random: Random): Predicate => {
  const from = whole(random, 0, largest / 2)
  return { trait: pick(random, numbers), op: 'between', from, to: from + whole(random, largest / 4, largest / 2) }
}
const flagged = (random: Random): Predicate => ({ trait: pick(random, flags), op: 'is', value: random() < 0.5 })
const tagged = (random: Random): Predicate => ({
  trait: pick(random, lists),
  op: 'contains',
  value: pick(random, tags),
})
const known = (random: Random): Predicate => ({ trait: pick(random, [...numbers, ...texts]), op: 'exists' })
const others = [among, compared, compared, inside, flagged, tagged, known]

const shuffled = <T>(random: Random, items: readonly T[]): readonly T[] =>
  items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)

/**
 * So many rules of 3 to 6 predicates that all have to hold, in any order, as people write them; 85 % ask for one value
 * of a category.
 */
export const ruleSet = (count: number): readonly (readonly Predicate[])[] => {
  const random = chance(1)
  return range(count).map(() => {
    const first = random() < 0.85 ? category(random) : pick(random, others)(random)
    return shuffled(random, [first, ...range(whole(random, 2, 5)).map(() => pick(random, others)(random))])
  })
}

const drawnValue = (trait: string, random: Random): unknown => {
  if (texts.includes(trait)) return pick(random, valuesOf(trait))
  if (numbers.includes(trait)) return whole(random, 0, largest)
  if (flags.includes(trait)) return random() < 0.5
  return [...new Set(range(whole(random, 1, 4)).map(() => pick(random, tags)))]
}
/** What is known of one customer. */
export const traitsOf = (random: Random): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...texts, ...numbers, ...flags, ...lists].flatMap((trait) =>
      random() < 0.8 ? [[trait, drawnValue(trait, random)] as const] : [],
    ),
  )
