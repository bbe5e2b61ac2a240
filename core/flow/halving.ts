import { ConnectorError } from '../contract/errors.ts'
import { portions } from '../deliver/portions.ts'

/** The fault lies with what the tool was asked, and not with the tool. */
export const isInvalid = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.kind === 'invalid'

/** Asks a tool about some. What it refuses as a whole is halved until the one at fault stands alone, so that it spoils nobody else. */
export const halving = async <T>(
  some: readonly T[],
  ask: (some: readonly T[]) => Promise<void>,
  refuse: (one: T, error: ConnectorError) => Promise<void>,
): Promise<void> => {
  try {
    await ask(some)
  } catch (error) {
    if (!isInvalid(error)) throw error
    const [only, ...others] = some
    if (only !== undefined && others.length === 0) return refuse(only, error)
    for (const half of portions(some, Math.ceil(some.length / 2))) await halving(half, ask, refuse)
  }
}
