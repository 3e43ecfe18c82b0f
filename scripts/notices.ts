/**
 * The licences of the packages whose code is in dist: who they are is told by what was bundled (esbuild's metafile,
 * Vite's `build.license`), what their licences say by their own files.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package with its licence, as Vite writes it with `build.license`; `text` of all its licence and notice files. */
export interface Licensed {
  name: string;
  version: string;
  /** SPDX, from its package.json. */
  identifier?: string;
  text?: string;
}

/** What of esbuild's metafile says which file came into which output, and how much of it. */
export interface Bundle {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

/** The packages of which a bundle has code, once each. Its paths are relative to `root`. */
export function packagesIn({ outputs }: Bundle, root: string): Licensed[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs))
      if (bytesInOutput > 0 && path.includes('node_modules/')) folders.add(packageFolder(join(root, path)));
  return [...folders].map(licensedIn);
}

interface PackageFile {
  name?: string;
  version?: string;
  license?: string;
}

const packageFileIn = (folder: string): PackageFile =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;

/** The package that a file belongs to. Some have a package.json further in that says no more than `type`. */
function packageFolder(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (!existsSync(join(folder, 'package.json'))) {
      if (folder === dirname(folder)) throw new Error(`${file} belongs to no package`);
      continue;
    }
    const { name, version } = packageFileIn(folder);
    if (name !== undefined && version !== undefined) return folder;
  }
}

function licensedIn(folder: string): Licensed {
  const { name = '', version = '', license } = packageFileIn(folder);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return {
    name,
    version,
    ...(license === undefined ? {} : { identifier: license }),
    ...(texts.length === 0 ? {} : { text: texts.join('\n\n') }),
  };
}

const line = '='.repeat(80);
const named = ({ name, version }: Licensed): string => `${name} ${version}`;

/**
 * All packages with their licences, and each text once; of a package that is told twice the last counts. `known` are texts that are the same for everybody, by SPDX
 * identifier, for packages that carry none. Throws when nothing says what the licence of a package is.
 */
export function noticesText(packages: readonly Licensed[], known: Readonly<Record<string, string>>): string {
  const once = new Map(packages.map((licensed) => [named(licensed), licensed]));
  const sorted = [...once.values()].sort((a, b) => (named(a) < named(b) ? -1 : 1));
  const byText = Map.groupBy(sorted, ({ identifier = '', text }) => text ?? known[identifier] ?? '');
  const list = sorted.map((licensed) => {
    const { identifier, text } = licensed;
    if (identifier === undefined && text === undefined) throw new Error(`${named(licensed)} has no licence`);
    const told = identifier ?? 'see its text';
    const isMissing = text === undefined && known[told] === undefined;
    return `  ${named(licensed)}: ${told}${isMissing ? ' (the package carries no text of it)' : ''}`;
  });
  const sections = [...byText].filter(([text]) => text !== '');
  return [
    'Code of these packages is in the files of Hivemind. Their licences:',
    list.join('\n'),
    ...sections.map(([text, those]) => `${line}\n${those.map(named).join(', ')}\n${line}\n\n${text}`),
  ]
    .join('\n\n')
    .concat('\n');
}
