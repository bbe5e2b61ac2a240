const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** Lines of a table. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
]
export const code = (text: string): string => `\`${text}\``
export const list = (items: readonly string[]): string[] => items.map((item) => `- ${item}`)
