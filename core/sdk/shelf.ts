/** One place where a browser keeps texts by name. Any of these may throw: storage can be full, forbidden or absent. */
interface Shelf {
  readonly get: (name: string) => string | null
  readonly set: (name: string, value: string) => void
  readonly remove: (name: string) => void
}

const yearS = 31_536_000
const writeCookie = (name: string, value: string, seconds: number): void => {
  const secure = location.protocol === 'https:' ? '; secure' : ''
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${seconds}; samesite=lax${secure}`
}
const cookies: Shelf = {
  get: (name) => {
    const found = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`))
    return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1))
  },
  set: (name, value) => writeCookie(name, value, yearS),
  remove: (name) => writeCookie(name, '', 0),
}
const storage: Shelf = {
  get: (name) => localStorage.getItem(name),
  set: (name, value) => localStorage.setItem(name, value),
  remove: (name) => localStorage.removeItem(name),
}
const texts = new Map<string, string>()
/** For as long as the page is open. */
const memory: Shelf = {
  get: (name) => texts.get(name) ?? null,
  set: (name, value) => texts.set(name, value),
  remove: (name) => texts.delete(name),
}
/** The best first. */
const shelves: readonly Shelf[] = [storage, cookies, memory]

const attempt = <T>(act: () => T, otherwise: T): T => {
  try {
    return act()
  } catch {
    return otherwise
  }
}

/** What was kept under a name, wherever that was; null if nothing was. */
export const recall = (name: string): string | null =>
  shelves.map((shelf) => attempt(() => shelf.get(name), null)).find((value) => value !== null) ?? null

/** Keeps a text in the first place that really holds it. Never throws. */
export const keep = (name: string, value: string): void => {
  shelves.some((shelf) =>
    attempt(() => {
      shelf.set(name, value)
      return shelf.get(name) === value
    }, false),
  )
}

/** Removes a text from everywhere. Never throws. */
export const forget = (name: string): void => {
  for (const shelf of shelves) attempt(() => shelf.remove(name), undefined)
}
