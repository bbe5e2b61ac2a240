/** One import, re-export or dynamic import. `module` is null where it is computed at run time. */
export interface Statement {
  readonly module: string | null
  /** From 1 on. */
  readonly line: number
}

/** `import … from 'x'`, `export … from 'x'` and `import 'x'`, types included; then `import('x')` and `import(x)`. */
const forms = [
  /(?<![\w.'"`])(?:import|export)\b[^'"`;()]*?\bfrom\s*(?<quote>['"])(?<module>[\w@./:#-]+)\k<quote>/g,
  /(?<![\w.'"`])import\s*(?<quote>['"])(?<module>[\w@./:#-]+)\k<quote>/g,
  /(?<![\w.'"`])import\s*\(\s*(?:(?<quote>['"`])(?<module>[\w@./:#-]+)\k<quote>\s*[,)])?/g,
]

/**
 * All modules that a source names. It looks for the statements' form only: one that stands in a comment is found too,
 * for to leave out comments one must know strings, and a string such as `lists/*` looks like the start of one.
 */
export const statementsOf = (source: string): readonly Statement[] =>
  forms.flatMap((form) =>
    [...source.matchAll(form)].map((match) => ({
      module: match.groups?.module ?? null,
      line: source.slice(0, match.index + match[0].length).split('\n').length,
    })),
  )
