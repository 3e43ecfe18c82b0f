import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundLines, lineLimitBytes } from '../../../src/mcp/lines.ts';

/** What comes through, and what is answered, when `chunks` are written. */
async function through(chunks: readonly string[]): Promise<{ lines: string; answers: string }> {
  const [client, server] = duplexPair();
  let lines = '';
  let answers = '';
  boundLines(server).on('data', (chunk: Buffer) => {
    lines += chunk.toString();
  });
  client.on('data', (chunk: Buffer) => {
    answers += chunk.toString();
  });
  for (const chunk of chunks) await new Promise<void>((resolve) => client.write(chunk, () => resolve()));
  await new Promise((resolve) => setImmediate(resolve));
  client.destroy();
  return { lines, answers };
}

test('lines come through as they are, wherever they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), fc.array(fc.nat(20)), async (texts, cuts) => {
      const whole = texts.map((text) => `${text.replaceAll('\n', ' ')}\n`).join('');
      const chunks: string[] = [];
      let rest = whole;
      for (const cut of cuts) {
        chunks.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      chunks.push(rest);
      const { lines, answers } = await through(chunks.filter((chunk) => chunk !== ''));
      expect(Buffer.from(lines)).toEqual(
        Buffer.from(chunks.map((chunk) => Buffer.from(chunk).toString()).join('')),
      );
      expect(answers).toBe('');
    }),
    { numRuns: 50 },
  );
});

const long = 'x'.repeat(lineLimitBytes);
test.each([
  [`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"${long}"}}`, '7'],
  [`{"method":"tools/call","params":{"a":"${long}"},"jsonrpc":"2.0","id":"seven"}`, '"seven"'],
  [`{"method":"tools/call","params":{"a":"${long}","b":{"id":9}}}`, 'null'],
  [`{"method":"tools/call","params":{"a":"${long}\\"id\\":5}"}}`, 'null'],
])('a line that is too long is answered by its id where that is seen', async (line, id) => {
  const { lines, answers } = await through(['{"a":1}\n', `${line}\n`, '{"b":2}\n']);
  expect(lines).toBe('{"a":1}\n{"b":2}\n');
  expect(answers).toMatch(new RegExp(`^\\{"jsonrpc":"2.0","id":${id},"error":\\{"code":-32602,`));
  expect(JSON.parse(answers)).toMatchObject({
    error: { message: expect.stringContaining('INVALID_ARGUMENT') },
  });
});
