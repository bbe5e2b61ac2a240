import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

const maxLength = 512
const isAddress = /^[^\s]+@[^\s@]+$/

/** Lower case, and nothing more: dots and plus signs belong to the mailbox provider, not to us. */
const spellEmail = (text: string): string | null => {
  const lower = text.toLowerCase().normalize('NFC')
  return isAddress.test(lower) ? lower : null
}

/** E.164. A text that cannot be a number of its country names nobody. */
const spellPhone = (text: string, region: string | undefined): string | null => {
  const country = region !== undefined && isSupportedCountry(region) ? { defaultCountry: region } : {}
  const phone = parsePhoneNumberFromString(text.replace(/^tel:/i, ''), { ...country, extract: false })
  return phone?.isPossible() ? phone.number : null
}

/**
 * The one spelling of an identifier's value, null where it cannot be a value of its type: trimmed, Unicode NFC, e-mail
 * addresses in lower case, phone numbers as E.164 with `region` as the country of those written without one.
 */
export const spell = (type: string, value: string, region: string | undefined): string | null => {
  const text = value.trim().normalize('NFC')
  if (text.length > maxLength || /[\p{Cc}\p{Cs}]/u.test(text)) return null
  if (type === 'email') return spellEmail(text)
  return type === 'phone' ? spellPhone(text, region) : text
}
