import { expect, test } from 'vitest';
import { openSettings } from '../../../src/agents/settings-json.ts';

const commented = `{
  // what I like best
  "theme": "dark", // not light
  /* servers */
  "mcp": {
    "other": { "command": "x" }, // mine
  },
}
`;

test('comments and trailing commas stay where they are, and what is put in can be taken out', () => {
  const settings = openSettings('s', commented, { comments: true });
  settings.set(['mcp', 'ours'], { command: 'y' });
  expect(settings.get(['mcp', 'ours'])).toEqual({ command: 'y' });
  for (const comment of ['// what I like best', '// not light', '/* servers */', '// mine'])
    expect(settings.text()).toContain(comment);
  settings.remove(['mcp', 'ours']);
  expect(settings.text()).toBe(commented);
});

test('a comment beside what is taken out stays', () => {
  const settings = openSettings('s', '{ "a": 1, /* kept, too */ "b": 2 // end\n}', { comments: true });
  settings.remove(['b']);
  expect(settings.text()).toContain('/* kept, too */');
  expect(settings.get([])).toEqual({ a: 1 });
  settings.remove(['a']);
  expect(settings.get([])).toEqual({});
  expect(settings.text()).toContain('// end');
});

test('a file that is broken is refused in either dialect, and comments where the agent reads none', () => {
  expect(() => openSettings('s', '{ "a": }', { comments: true })).toThrow(/not valid JSON/);
  expect(() => openSettings('s', commented)).toThrow(/comments/);
  expect(() => openSettings('s', '[1]', { comments: true })).toThrow(/not a JSON object/);
});
