import { expect, it } from 'vitest';
import { redactText, unmarked } from '../../../../src/core/redact.ts';
import { plantSecrets } from '../../../world/secrets.ts';

/** Four times the text may cost so many times the processor time: it is 4 where the rules are linear, 16 where one is quadratic. */
const mostTimes = 9;
const smallChars = 250_000;
/** Less than this is told by the clock's noise more than by the rules. */
const leastMicros = 1_000;

const grown = (unit: string, chars: number): string => unit.repeat(Math.ceil(chars / unit.length));

/** Processor time of redacting the text, the least of some tries: others use this machine as well. */
function micros(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const start = process.cpuUsage();
    redactText(text, unmarked);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, user + system);
  }
  return least;
}

const hostile = [
  'a',
  'aB3/',
  '<private>',
  '</private>',
  '<private></private>',
  '[redacted:jwt]',
  '[redacted:jwt:0a1b2c3d]x=',
  'token=[redacted:jwt]',
  'password="[redacted:',
  'secret aB3dE6gH9jK2mN5pQ8sT1vW4yZ7 ',
  'Z2hwX',
  'UEFTU1dPUkQ=\n',
  `${'A'.repeat(76)}\n`,
  '%3A%2F%2F',
  '-----BEGIN%20PRIVATE%20KEY-----',
  '-----BEGIN PRIVATE KEY-----\n',
  'eyJhbGciOi.',
  'https://a:',
  'dp.pt.',
  'hf_',
  'curl -u a:',
  'mysql -p ',
  'token: \\"',
  'x-api-key: ',
];

it.each(hostile)(
  'costs a text of %j in proportion to its length',
  (unit) => {
    const small = Math.max(leastMicros, micros(grown(unit, smallChars)));
    const large = micros(grown(unit, 4 * smallChars));
    expect(large / small).toBeLessThan(mostTimes);
  },
  20_000,
);

it('costs a session with all kinds of secrets in proportion to its length', () => {
  const unit = plantSecrets(1)
    .map(({ line }) => `${line}\nconst answer = compute(token, key); // ordinary\n`)
    .join('');
  const small = Math.max(leastMicros, micros(grown(unit, smallChars)));
  const large = micros(grown(unit, 4 * smallChars));
  expect(large / small).toBeLessThan(mostTimes);
});
