/** Writes docs/reference from the tables of the code (`--write`), or says which page is out of step (`--check`). */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cliPage } from './reference/cli.ts';
import { errorsPage } from './reference/errors.ts';
import { eventsPage } from './reference/events.ts';
import { limitsPage } from './reference/limits.ts';
import { manPage } from './reference/man.ts';
import { mcpPage } from './reference/mcp.ts';
import { operationsPage, shapesPage } from './reference/operations.ts';
import { redactionPage } from './reference/redaction.ts';

export const referenceFolder = fileURLToPath(new URL('../docs/reference', import.meta.url));

const notice = '<!-- Written by `npm run docs` from the tables in src/. Change those, not this file. -->';

/** Every page of the reference: file name → text. The same tables give the same bytes. */
export async function referencePages(): Promise<Map<string, string>> {
  const pages: [string, string][] = [
    ['cli.md', await cliPage()],
    ['errors.md', errorsPage()],
    ['events.md', eventsPage()],
    ['limits.md', limitsPage()],
    ['mcp.md', mcpPage()],
    ['operations.md', operationsPage()],
    ['redaction.md', redactionPage()],
    ['shapes.md', shapesPage()],
  ];
  const marked = pages.map(([name, text]): [string, string] => [name, `${notice}\n\n${text}\n`]);
  return new Map([...marked, ['hivemind.1', `${await manPage()}\n`]]);
}

/** What differs between `pages` and the files in `folder`: a line for each page that is absent, out of step, or nobody's. */
export function stalePages(pages: ReadonlyMap<string, string>, folder: string): string[] {
  const stale: string[] = [];
  const there = new Set(readdirSync(folder));
  for (const [name, text] of pages) {
    if (!there.delete(name)) stale.push(`${name} is missing`);
    else if (readFileSync(join(folder, name), 'utf8') !== text)
      stale.push(`${name} is out of step with the code`);
  }
  return [...stale, ...[...there].sort().map((name) => `${name} is not generated: it belongs elsewhere`)];
}

async function main(action: string | undefined): Promise<number> {
  const pages = await referencePages();
  mkdirSync(referenceFolder, { recursive: true });
  if (action === '--write') {
    for (const [name, text] of pages) writeFileSync(join(referenceFolder, name), text);
    return 0;
  }
  if (action !== '--check') {
    console.error('usage: node scripts/docs.ts --write | --check');
    return 2;
  }
  const stale = stalePages(pages, referenceFolder);
  for (const line of stale) console.error(`docs/reference/${line}`);
  if (stale.length > 0) console.error('try: npm run docs');
  return stale.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv[2]);
