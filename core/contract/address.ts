const address = /[^\s"'<>()]+@[^\s"'<>()]+/g
/** E.164. */
const phoneNumber = /\+[1-9]\d{6,14}(?!\d)/g
/** A reason that is longer says nothing more, and the search for addresses takes the square of what holds none. */
const longest = 2_000
/** What a tool says, fit for reasons and errors: these end in logs, where no address and no number of a person belongs. */
export const withoutAddresses = (text: string): string =>
  text.slice(0, longest).replace(address, 'the address').replace(phoneNumber, 'the number')
