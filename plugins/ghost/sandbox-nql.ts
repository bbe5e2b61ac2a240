/** What a filter asks of a record: its values by key, as text. */
export type Test = (value: (key: string) => readonly string[]) => boolean

const comparisons: Readonly<Record<string, (held: string, wanted: string) => boolean>> = {
  '': (held, wanted) => held === wanted,
  '-': (held, wanted) => held !== wanted,
  '>': (held, wanted) => held > wanted,
  '>=': (held, wanted) => held >= wanted,
  '<': (held, wanted) => held < wanted,
  '<=': (held, wanted) => held <= wanted,
  '~': (held, wanted) => held.toLowerCase().includes(wanted.toLowerCase()),
  '~^': (held, wanted) => held.toLowerCase().startsWith(wanted.toLowerCase()),
}
const token = /\(|\)|\+|,|([\w.]+):(~\^|~|>=|<=|>|<|-)?(\[[^\]]*\]|'(?:[^'\\]|\\.)*'|[\w-]+)/y
const item = /'((?:[^'\\]|\\.)*)'|([\w-]+)/g

const itemsIn = (text: string): readonly string[] =>
  [...text.matchAll(item)].map(([, quoted, bare]) => quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')

/** The part of Ghost's filter language (NQL) that is in use: `+` is and, `,` is or. Throws where it is none. */
export const testFrom = (filter: string): Test => {
  token.lastIndex = 0
  const next = () => {
    const found = token.exec(filter)
    if (!found) throw new Error(`Error parsing filter at ${token.lastIndex}`)
    return found
  }
  const skips = (sign: string) => {
    if (filter[token.lastIndex] !== sign) return false
    token.lastIndex += 1
    return true
  }
  const term = (): Test => {
    const [whole, key = '', operator = '', text = ''] = next()
    if (whole === '(') {
      const inner = either()
      if (!skips(')')) throw new Error('Error parsing filter: a bracket is open')
      return inner
    }
    const wanted = itemsIn(text)
    const holds = comparisons[operator]
    if (key === '' || !holds) throw new Error(`Error parsing filter at ${whole}`)
    return (value) => value(key).some((held) => wanted.some((one) => holds(held, one)))
  }
  const every = (): Test => {
    const parts = [term()]
    while (skips('+')) parts.push(term())
    return (value) => parts.every((part) => part(value))
  }
  const either = (): Test => {
    const parts = [every()]
    while (skips(',')) parts.push(every())
    return (value) => parts.some((part) => part(value))
  }
  const test = either()
  if (token.lastIndex < filter.length) throw new Error(`Error parsing filter at ${token.lastIndex}`)
  return test
}
