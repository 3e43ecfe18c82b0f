import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  optional?: boolean;
  os?: string[];
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};
const locked = Object.entries(packages).filter(([place, { link }]) => place !== '' && link !== true);

it('the lock says of every package what it must hash to, but for platforms that its registry did not carry', () => {
  const unchecked = locked.filter(([, { integrity, optional, os }]) => !integrity && !(optional && os));
  expect(unchecked.map(([place]) => place)).toEqual([]);
});

it('the lock names no registry', () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
