import { createHmac, hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { redactionVersion, redactText } from '../../../../src/core/redact.ts';
import { plantSecrets } from '../../../world/secrets.ts';

const mark = (secret: string): string => createHmac('sha256', 'k').update(secret).digest('hex').slice(0, 8);

it('masks every secret of the corpus, alone and among the others', () => {
  const all = Array.from({ length: 20 }, (_, seed) => plantSecrets(seed)).flat();
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(new Set(all.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20);
  const together = redactText(all.map(({ line }) => line).join('\n'), mark).text;
  for (const { kind, line, secret } of all) {
    expect(redactText(line, mark).text, `${kind}: ${line}`).not.toContain(secret);
    expect(together, `${kind} among others`).not.toContain(secret);
  }
});

it('goes up by one whenever the rules do something else to the corpus', () => {
  const outcome = [1, 2, 3]
    .flatMap((seed) => plantSecrets(seed))
    .map(({ line }) => redactText(line, mark).text);
  const fingerprint = hash('sha256', outcome.join('\n')).slice(0, 16);
  // Whoever changes what the rules do raises redactionVersion and writes down the new pair here.
  expect([redactionVersion, fingerprint]).toEqual([2, 'e3934558b55f630d']);
});
