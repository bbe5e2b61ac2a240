const mailAddress = /[^\s"'<>/,:;()]+(?:@|%40)[^\s"'<>/,;()]+/gi
/** What a tool says, without the e-mail addresses in it: reasons and errors end in logs. */
export const unnamed = (text: string): string => text.replace(mailAddress, '[address]')
