/** The only place where a value becomes SQL text: LanceDB's `where` takes no parameters. */
export const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export const quoteList = (values: readonly string[]): string => `(${values.map(quote).join(', ')})`;
