import fc from 'fast-check';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { describe, expect, test } from 'vitest';
import { editedToml, openToml } from '../../../src/agents/settings-toml.ts';

const at = ['mcp_servers', 'hivemind'];
const wanted = {
  command: '/opt/a "quoted" \\ path/hivemind',
  args: ['mcp', 'é\u007f'],
  env_vars: ['A'],
  env: { HIVEMIND_HOME: '/x y' },
};
const meaningOf = (text: string): unknown => JSON.parse(JSON.stringify(getStaticTOMLValue(parseTOML(text))));
const put = (text: string | null, fields: Record<string, unknown> = wanted): string => {
  const settings = openToml('c', text);
  settings.setTable(at, fields);
  return settings.text();
};
const out = (text: string): string | null => editedToml('c', text, (settings) => settings.remove(at));

/** Pieces of which each is a document, and each sequence of different ones too. */
const pieces = [
  '# a comment\n',
  '\n',
  '\n\n',
  'model = "gpt" # mine\n',
  'notify = [\n  "/a", # first\n  "b",\n]\n',
  'text = """\n[mcp_servers.hivemind]\ncommand = "no"\n"""\n',
  '[features]\nhooks = true\n',
  '  [indented]\n  a.b = 1\n',
  '[mcp_servers.other]\ncommand = "x"\n\n[mcp_servers.other.env]\nA = "b"\n',
  '[[list]]\na = 1\n[[list]]\nb = 2\n',
  '[projects."/home/me/a b"]\ntrust_level = "trusted"\n',
  '["quoted.key"]\ndate = 2026-01-01T00:00:00Z\nnumber = 0x1F\nfloat = inf\n',
];
const isHeader = (piece: string): boolean => /^\s*\[/.test(piece);
const documents = fc
  .record({
    some: fc.shuffledSubarray(pieces),
    form: fc.constantFrom(
      '',
      'mcp_servers = { other = { command = "x" } } # end\n',
      'mcp_servers = {}\n',
      'mcp_servers.other.command = "x"\n',
    ),
    eol: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    ends: fc.boolean(),
  })
  .map(({ some, form, eol, mark, ends }) => {
    const kept = form === '' ? some : some.filter((piece) => !piece.includes('mcp_servers.other'));
    const ordered = [...kept.filter((piece) => !isHeader(piece)), form, ...kept.filter(isHeader)].join('');
    const text = (ends ? ordered : ordered.replace(/\n+$/, '')).replaceAll('\n', eol);
    return mark + text;
  });

describe('any document', () => {
  test('what is put in is there, the rest is as it was, and taking it out gives the bytes back', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const next = put(text);
        const bare = (some: string): string => some.replace('\uFEFF', '');
        const value = meaningOf(bare(next)) as { mcp_servers: Record<string, unknown> };
        expect(value.mcp_servers.hivemind).toEqual(wanted);
        const { hivemind: _, ...others } = value.mcp_servers;
        const before = meaningOf(bare(text)) as { mcp_servers?: object };
        expect({ ...value, mcp_servers: others }).toEqual({
          ...before,
          mcp_servers: before.mcp_servers ?? {},
        });
        expect(put(next)).toBe(next);
        expect(out(next) ?? '').toBe(bare(text).trim() === '' ? '' : text);
      }),
      { numRuns: 500 },
    );
  });

  test('what others write behind it meanwhile stays', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom('[new.table]\na = 1\n', '# only a comment\n'), (text, more) => {
        const apart = /^\uFEFF?$/.test(text) || text.endsWith('\n') ? '' : '\n';
        const next = `${put(text)}${apart}\n${more}`;
        const left = out(next) ?? '';
        expect(left).toContain(more);
        expect(left).not.toContain('HIVEMIND_HOME');
        expect(() => parseTOML(left.replace('\uFEFF', ''))).not.toThrow();
      }),
    );
  });

  test('one value that changes changes one line', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const changed = { ...wanted, command: '/new' };
        const before = put(text);
        const next = put(before, changed);
        expect(next).toBe(before.replace(JSON.stringify(wanted.command), '"/new"'));
      }),
    );
  });
});

describe('an entry that the user has touched', () => {
  test('keys of theirs, comments and order stay', () => {
    const text =
      '[mcp_servers.hivemind] # ours\n# slow machine\nstartup_timeout_sec = 30\ncommand = "old"\n\n[mcp_servers.hivemind.env]\nA = "b"\n';
    const fields = { startup_timeout_sec: 30, command: 'new', args: ['mcp'], env: { A: 'b' } };
    expect(put(text, fields)).toBe(
      '[mcp_servers.hivemind] # ours\n# slow machine\nstartup_timeout_sec = 30\ncommand = "new"\nargs = ["mcp"]\n\n[mcp_servers.hivemind.env]\nA = "b"\n',
    );
    expect(out(text)).toBe('# slow machine\n');
  });

  test.each([
    [
      'dotted',
      'mcp_servers.hivemind.command = "old"\n[z]\n',
      'mcp_servers.hivemind.command = "new"\nmcp_servers.hivemind.args = ["mcp"]\n[z]\n',
    ],
    [
      'inline',
      'mcp_servers = { hivemind = { command = "old" }, b = {} }\n',
      'mcp_servers = { hivemind = { command = "new", args = ["mcp"] }, b = {} }\n',
    ],
    [
      'an empty header',
      '[mcp_servers.hivemind]\n',
      '[mcp_servers.hivemind]\ncommand = "new"\nargs = ["mcp"]\n',
    ],
    [
      'a header without a line break',
      '[mcp_servers.hivemind]\ncommand = "new"',
      '[mcp_servers.hivemind]\ncommand = "new"\nargs = ["mcp"]',
    ],
  ])('%s', (_name, text, expected) => {
    const next = put(text, { command: 'new', args: ['mcp'] });
    expect(next).toBe(expected);
    expect(put(next, { command: 'new', args: ['mcp'] })).toBe(next);
    expect(out(next) ?? '').not.toContain('hivemind');
  });

  test('an environment in a table of its own gives way when its values change', () => {
    const text = '[mcp_servers.hivemind]\ncommand = "c"\n\n[mcp_servers.hivemind.env]\nA = "b"\n\n[z]\n';
    expect(put(text, { command: 'c', env: { A: 'new' } })).toBe(
      '[mcp_servers.hivemind]\ncommand = "c"\nenv = { A = "new" }\n\n[z]\n',
    );
  });
});

test('a table among others, with a quoted key', () => {
  const text =
    '[hooks.state]\n\n[hooks.state."/a b:stop:0:0"]\ntrusted_hash = "x"\n\n[hooks.state.other]\nb = 1\n';
  const left = editedToml('c', text, (settings) => settings.remove(['hooks', 'state', '/a b:stop:0:0']));
  expect(left).toBe('[hooks.state]\n\n[hooks.state.other]\nb = 1\n');
});

test.each([
  ['a table twice', '[a]\n[a]\n'],
  ['a key twice', 'a = 1\na = 2\n'],
  ['a string without an end', 'a = "b\n'],
  ['JSON', '{ "a": 1 }'],
  ['a key without a value', 'a =\n'],
  ['what is no table', 'mcp_servers = 7\n'],
  ['a list in its place', '[[mcp_servers]]\na = 1\n'],
])('%s is refused and nothing is written', (_name, text) => {
  expect(() => put(text)).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
});

test('no file', () => {
  const text = put(null);
  expect(text).toBe(
    '[mcp_servers.hivemind]\ncommand = "/opt/a \\"quoted\\" \\\\ path/hivemind"\nargs = ["mcp", "é\\u007f"]\nenv_vars = ["A"]\nenv = { HIVEMIND_HOME = "/x y" }\n',
  );
  expect(out(text)).toBe(null);
  expect(out('')).toBe('');
});
