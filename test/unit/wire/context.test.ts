import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { contextOf } from '../../../src/wire/context.ts';

const contextFor = (headers: Record<string, string>) => contextOf({ headers } as unknown as IncomingMessage);
const actor = (value: object) => ({ 'x-hivemind-actor': encodeURIComponent(JSON.stringify(value)) });

test('a client says who it is, and never that it is the daemon', () => {
  const ada = { kind: 'human', name: 'ada' };
  expect(contextFor({ 'x-hivemind-door': 'cli', ...actor(ada) })).toEqual({ door: 'cli', actor: ada });
  expect(contextFor({ 'x-hivemind-door': 'daemon', ...actor({ kind: 'daemon', name: 'hivemind' }) })).toEqual(
    {
      door: 'socket',
    },
  );
  expect(contextFor({ 'x-hivemind-actor': '%' })).toEqual({ door: 'socket' });
});
