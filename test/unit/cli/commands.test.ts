import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { operationSpecs } from '../../../scripts/generate-commands.ts';
import { cliOnly } from '../../world/cli-only.ts';

const folder = fileURLToPath(new URL('../../../src/cli/commands/', import.meta.url));
const files = globSync('**/*.ts', { cwd: folder });
const wordsOf = (file: string): string => file.replace(/\.ts$/, '').replaceAll(/[\\/]/g, ' ');
const specs = Object.values(operationSpecs());

test('every operation with a command has the file at its words, and the reverse', () => {
  const expected = [...specs.map((spec) => spec.command), ...cliOnly].sort();
  expect(files.map(wordsOf).sort()).toEqual(expected);
});

test.each(specs.map((spec) => [spec.command, spec.name]))(
  '`hivemind %s` is operation %s',
  (command, name) => {
    const text = readFileSync(`${folder}${command.replaceAll(' ', '/')}.ts`, 'utf8');
    expect(text).toContain(`operationCommand('${name}'`);
  },
);

test('every example is one of its command', () => {
  for (const { command, examples } of specs)
    for (const example of examples) expect(example).toMatch(new RegExp(`(^|[|] )hivemind ${command}( |$)`));
});

/** Objects that commands read from a file, get from another command, or leave to programs (metadata). */
const fromFile = new Set(['content', 'resolutions', 'metadata', 'input']);

test('an input field is given in exactly one way', () => {
  for (const { name, positional, stamped, input } of specs) {
    const fields = Object.keys(input.properties);
    expect(
      positional.filter((field) => !fields.includes(field)),
      name,
    ).toEqual([]);
    expect(
      positional.filter((field) => stamped.includes(field)),
      name,
    ).toEqual([]);
    expect(
      Object.entries(input.properties).filter(
        ([field, { type }]) => type === 'object' && !fromFile.has(field) && !stamped.includes(field),
      ),
      `${name} has an input that is no flag`,
    ).toEqual([]);
  }
});
