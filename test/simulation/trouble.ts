import { ConnectorError } from '../../core/contract/errors.ts'

/** What may go wrong with a tool. */
export const troubles = [
  'throttled',
  'down',
  'lost request',
  'lost answer',
  'partial',
  'silent',
  'forgetful',
  'refused key',
] as const
export type Trouble = (typeof troubles)[number]

/** What is thrown before a request has reached the tool. */
export const early: Partial<Record<Trouble, () => ConnectorError>> = {
  throttled: () => new ConnectorError('throttled', 'answered 429', { afterMs: 2_000 }),
  down: () => new ConnectorError('transient', 'answered 500'),
  'lost request': () => new ConnectorError('unknown', 'timed out'),
  'refused key': () => new ConnectorError('auth', 'answered 401'),
}
