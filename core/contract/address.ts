const address = /[^\s"'<>()]+@[^\s"'<>()]+/g
/** What a tool says, fit for reasons and errors: these end in logs, where no e-mail address belongs. */
export const withoutAddresses = (text: string): string => text.replace(address, 'the address')
