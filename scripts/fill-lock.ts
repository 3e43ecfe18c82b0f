/**
 * Adds to package-lock.json the optional platform packages that npm left out of it because the registry that made
 * the lock did not carry them; without the entries `npm ci` refuses the lock. Also takes out `resolved`, so that a
 * lock names no registry. Run it after every change of the lock: `sh scripts/with-node.sh node scripts/fill-lock.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  version?: string;
  integrity?: string;
  link?: boolean;
  resolved?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
  [key: string]: unknown;
}

const SYSTEMS = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]);
const PROCESSORS = new Set([
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
]);
const LIBRARIES = new Map([
  ['gnu', 'glibc'],
  ['musl', 'musl'],
]);

/** Where Node would find `name` from the package at `from`, or null: the nearest node_modules upwards. */
function findEntry(packages: Record<string, Entry>, from: string, name: string): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (at === '') return null;
  }
}

/** What the lock says of a platform package, read from its name (`@scope/tool-linux-x64-musl`); null if it is none. */
function platformEntry(name: string, version: string, dev: boolean): Entry | null {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = words.find((word) => SYSTEMS.has(word));
  const cpu = words.find((word) => PROCESSORS.has(word));
  if (!os || !cpu || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) return null;
  const libc = words.map((word) => LIBRARIES.get(word)).find((found) => found !== undefined);
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    os: [os],
  };
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
const unknown: string[] = [];
for (const [place, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (findEntry(lock.packages, place, name)) continue;
    const missing = platformEntry(name, version, entry.dev === true);
    if (missing) lock.packages[`node_modules/${name}`] = missing;
    (missing ? added : unknown).push(`${name}@${version}`);
  }
}
// npm leaves them out where node_modules was put together by other means: what is installed is then checked by nobody.
const unchecked = Object.entries(lock.packages).filter(
  ([place, { integrity, link, os }]) => place !== '' && !integrity && !link && !os,
);
const order = (a: string, b: string) => a.localeCompare(b, 'en');
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => order(a, b)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${added.length}${added.length > 0 ? `: ${added.join(', ')}` : ''}`);
if (unknown.length > 0) {
  console.error(`not filled, no platform in the name: ${unknown.join(', ')}`);
  process.exitCode = 1;
}
if (unchecked.length > 0) {
  console.error(
    `${unchecked.length} packages without integrity, such as ${unchecked[0]?.[0]}: take package-lock.json back (git checkout), delete node_modules/.package-lock.json, and npm install again`,
  );
  process.exitCode = 1;
}
