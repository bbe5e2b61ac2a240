import type { HistoryEvent } from './component.ts'
import { own } from './json.ts'
import type { Message } from './message.ts'
import { type Compare, compareText, groupBy, sortedByKey } from './order.ts'
import { isListPath, valuesAt } from './property-path.ts'
import { remembered } from './remembered.ts'
import type { EventSettings, ProfileSettings } from './settings.ts'
import { typedValue } from './typed-value.ts'

/** The declared properties only; a value of another type than declared is left out, in a list its place stays empty. */
const declaredProperties = (message: Message, declared: EventSettings): Record<string, unknown> => {
  const properties: Record<string, unknown> = {}
  for (const [path, type] of Object.entries(declared.properties)) {
    const values = valuesAt(message.properties, path).map((value) => typedValue(type, value) ?? null)
    if (values.some((value) => value !== null)) properties[path] = isListPath(path) ? values : values[0]
  }
  return properties
}

const keyOf = (message: Message, { key }: EventSettings): string | null => {
  const [value] = key === undefined ? [] : valuesAt(message.properties, key)
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null
}

/** The event that a message reports about a node, if profile.yaml declares its type: at most one. */
export const historyEvents = (node: string, message: Message, settings: ProfileSettings): readonly HistoryEvent[] => {
  const name = message.event
  const declared = name === null ? undefined : own(settings.events.types, name)
  if (name === null || declared === undefined) return []
  const { source, id, at } = message
  const properties = declaredProperties(message, declared)
  return [{ node, name, source, message: id, key: keyOf(message, declared), at, properties }]
}

/** Oldest first. Two events in the same place are one message. */
export const byTime: Compare<HistoryEvent> = (a, b) =>
  a.at - b.at || compareText(a.source, b.source) || compareText(a.message, b.message)

/** Of two reports of one event the one to keep: from the better source, then the earlier. */
const isBetter = (a: HistoryEvent, b: HistoryEvent, sourceRank: (source: string) => number): boolean =>
  (sourceRank(a.source) - sourceRank(b.source) || b.at - a.at || compareText(b.message, a.message)) > 0

const oncePerKey = (
  events: readonly HistoryEvent[],
  sourceRank: (source: string) => number,
): readonly HistoryEvent[] => {
  if (events.every((event) => event.key === null)) return events
  const kept = new Map<string, HistoryEvent>()
  for (const event of events) {
    const rival = event.key === null ? undefined : kept.get(event.key)
    if (event.key !== null && (rival === undefined || isBetter(event, rival, sourceRank))) kept.set(event.key, event)
  }
  return events.filter((event) => event.key === null || kept.get(event.key) === event)
}

/** One customer's events by name, oldest first, each key once though several sources reported it. */
export const eventsByName = remembered(
  (
    events: readonly HistoryEvent[],
    sourceRank: (source: string) => number,
  ): ReadonlyMap<string, readonly HistoryEvent[]> => {
    const names = groupBy(events, (event) => event.name)
    return sortedByKey(new Map([...names].map(([name, list]) => [name, oncePerKey(list, sourceRank)])))
  },
)
