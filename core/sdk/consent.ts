import { forgetVisitor } from './identity.ts'
import { forget, keep, recall } from './shelf.ts'

/** What a visitor has agreed to: purpose -> yes or no. The purposes are those of the hub's profile.yaml. */
export type Choices = Readonly<Record<string, boolean>>

const choicesName = 'leitstern.consent'

const isChoices = (value: unknown): value is Choices =>
  typeof value === 'object' && value !== null && Object.values(value).every((choice) => typeof choice === 'boolean')
const stored = (): Choices | null => {
  try {
    const value: unknown = JSON.parse(recall(choicesName) ?? 'null')
    return isChoices(value) ? value : null
  } catch {
    return null
  }
}
const agreesToSomething = (choices: Choices): boolean => Object.values(choices).includes(true)

export interface Consent {
  /** Whether anything may be stored or sent at all. */
  readonly allows: () => boolean
  /** What was chosen, here or on an earlier page. */
  readonly choices: () => Choices | null
  readonly choose: (choices: Choices) => void
}

/**
 * Global Privacy Control is a no to everything, and outweighs a choice made earlier. Where consent is required a refusal
 * is kept as nothing is: by storing nothing. Source: https://www.w3.org/TR/gpc/
 */
export const consentOf = (required: boolean, privacyControl: boolean): Consent => {
  let chosen = stored()
  const allows = (): boolean => !privacyControl && (chosen === null ? !required : agreesToSomething(chosen))
  if (privacyControl) forgetVisitor()
  return {
    allows,
    choices: () => chosen,
    choose: (choices) => {
      if (privacyControl) return
      chosen = choices
      if (allows() || !required) keep(choicesName, JSON.stringify(choices))
      else forget(choicesName)
    },
  }
}
