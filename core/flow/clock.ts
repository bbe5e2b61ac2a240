/** Milliseconds since 1970. */
export type Clock = () => number

/** A clock that never runs backwards, though the machine's may: the later of what it says and what was seen. */
export const monotonic = (clock: Clock): Clock => {
  let latest = Number.NEGATIVE_INFINITY
  return () => {
    latest = Math.max(latest, clock())
    return latest
  }
}
