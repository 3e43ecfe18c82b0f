import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { duplexPair } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceFolder, referencePages, stalePages } from '../../../scripts/docs.ts';
import { handlers } from '../../../src/daemon/handlers/index.ts';
import { serveMcp } from '../../../src/mcp/server.ts';
import type { Call, Operation } from '../../../src/schema/operation.ts';
import { operations } from '../../../src/schema/operations/index.ts';
import { toolsNamed, toolTable } from '../../../src/schema/tools/index.ts';
import { cliOnly } from '../../world/cli-only.ts';
import { listSource, root } from './source.ts';

const MOST_TOOLS = 8;
const MOST_TOKENS = 2000;

const table: readonly Operation[] = Object.values(operations);
const names = Object.keys(operations).sort();
const commandsOf = (): string[] => table.flatMap(({ doors }) => doors.cli ?? []).sort();

/** Headings of the second level in a Markdown text. */
const sectionsOf = (text: string): string[] =>
  [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading).sort();

const commandFiles = (): string[] =>
  listSource('src/cli/commands', ['.ts', '.tsx'])
    .map(({ path }) => path.replace(/^src\/cli\/commands\/|\.tsx?$/g, '').replaceAll('/', ' '))
    .sort();

/** Headings of a Markdown text as GitHub links to them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

/** Links of a Markdown file (path below the checkout) that lead nowhere. */
function deadLinks(path: string, text: string): string[] {
  const links = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, link = '']) => link,
  );
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = join(root, file === '' ? path : join(dirname(path), file));
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
}

/** What an agent's client is given when it asks for the tools, over the real protocol. */
async function listTools(): Promise<{ name: string }[]> {
  const [ours, theirs] = duplexPair();
  const never = (async (name: string) => {
    throw new Error(`listing tools called ${name}`);
  }) as Call;
  serveMcp(
    never,
    theirs,
    { workspace: undefined, cwd: undefined, branch: undefined, caller: undefined },
    '0.0.0',
  );
  const send = (message: object): boolean =>
    ours.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const client = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'house', version: '0' },
  };
  send({ id: 1, method: 'initialize', params: client });
  for await (const line of createInterface({ input: ours })) {
    const { id, result } = JSON.parse(line) as { id?: number; result?: { tools: { name: string }[] } };
    if (id === 1) {
      send({ method: 'notifications/initialized' });
      send({ id: 2, method: 'tools/list' });
    }
    if (id === 2) {
      ours.destroy();
      return result?.tools ?? [];
    }
  }
  throw new Error('the server went away without a list of tools');
}

describe('say it once', () => {
  let pages: Map<string, string>;
  let scratch: string;

  beforeAll(async () => {
    pages = await referencePages();
    scratch = mkdtempSync(join(tmpdir(), 'hivemind-house-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const page = (name: string): string => {
    const text = pages.get(name);
    if (text === undefined) throw new Error(`there is no page ${name}`);
    return text;
  };

  it('names each operation as the table does', () => {
    expect(table.map(({ name }) => name).sort()).toEqual(names);
    expect(names.length).toBeGreaterThan(0);
  });

  it('has a handler for every operation, and no other', () => {
    expect(Object.keys(handlers).sort()).toEqual(names);
  });

  it('has a command file for every operation with a command, and no other', () => {
    expect(commandFiles()).toEqual([...commandsOf(), ...cliOnly].sort());
  });

  it('gives no command to two operations', () => {
    expect(commandsOf()).toEqual([...new Set(commandsOf())]);
  });

  it('has tools whose actions and fields are those of operations, none of them stamped', () => {
    for (const [tool, { actions, fields = {}, usual }] of Object.entries(toolTable)) {
      const taken = new Set(Object.values(actions).flatMap((action) => Object.keys(action.fields)));
      for (const [name, action] of Object.entries(actions)) {
        const operation = operations[action.operation] as Operation;
        const input = (operation.input as unknown as { shape: object }).shape;
        const output = (operation.output as unknown as { shape: object }).shape;
        expect(Object.keys(input), `${tool} ${name}`).toEqual(
          expect.arrayContaining([...Object.values(action.fields), ...Object.keys(action.fixed)]),
        );
        expect(Object.keys(output), `${tool} ${name}`).toEqual(expect.arrayContaining([...action.gives]));
        const stamped = ['workspace', 'branch', ...(operation.stamped ?? [])];
        expect(Object.values(action.fields).filter((field) => stamped.includes(field))).toEqual([]);
        expect(action.gives.length > 0 || action.pick !== undefined, `${tool} ${name} gives nothing`).toBe(
          true,
        );
        // Whatever the operation needs, an agent can give or the table does.
        const given = [...Object.values(action.fields), ...Object.keys(action.fixed)];
        for (const [field, type] of Object.entries(
          input as Record<string, { safeParse(value: unknown): { success: boolean } }>,
        ))
          if (!given.includes(field))
            expect(type.safeParse(undefined).success, `${tool} ${name} ${field}`).toBe(true);
      }
      expect(
        Object.keys(fields).filter((field) => !taken.has(field)),
        `${tool} describes no field`,
      ).toEqual([]);
      if (usual !== undefined) expect(Object.keys(actions)).toContain(usual);
    }
  });

  it('has a section in the reference for every operation, and no other', () => {
    expect(sectionsOf(readFileSync(join(referenceFolder, 'operations.md'), 'utf8'))).toEqual(names);
    expect(sectionsOf('# a\n\n## b.c\n\n### d\n\n## a.b\n')).toEqual(['a.b', 'b.c']);
  });

  it('has a section in the reference for every command', () => {
    const written = sectionsOf(page('cli.md')).map((heading) => heading.replace(/^hivemind /, ''));
    expect(written).toEqual([...commandFiles(), 'hook', 'mcp'].sort());
  });

  it('says of every field of an operation what it is', () => {
    const text = page('operations.md');
    for (const { name, input } of table) {
      const section = text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
      for (const field of Object.keys((input as unknown as { shape: object }).shape)) {
        expect(section, `${name} says nothing about ${field}`).toContain(`| \`${field}\` | `);
      }
    }
  });

  it('keeps docs/reference in step with the code', () => {
    expect(stalePages(pages, referenceFolder)).toEqual([]);
  });

  it('generates the same bytes again', async () => {
    expect(await referencePages()).toEqual(pages);
  });

  it('names the page that is out of step, absent, or nobody’s', () => {
    for (const [name, text] of pages) writeFileSync(join(scratch, name), text);
    expect(stalePages(pages, scratch)).toEqual([]);
    writeFileSync(join(scratch, 'events.md'), `${page('events.md')} `);
    rmSync(join(scratch, 'cli.md'));
    writeFileSync(join(scratch, 'notes.md'), '');
    expect(stalePages(pages, scratch)).toEqual([
      'cli.md is missing',
      'events.md is out of step with the code',
      'notes.md is not generated: it belongs elsewhere',
    ]);
  });

  it('has no link in its documents that leads nowhere', () => {
    const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map(
      (name) => `docs/${name}`,
    );
    const files = [...readdirSync(root), ...inDocs].filter((name) => name.endsWith('.md'));
    expect(files).toContain('README.md');
    for (const file of files)
      expect(deadLinks(file, readFileSync(join(root, file), 'utf8')), file).toEqual([]);
    const bad = '[a](docs/nothing.md) [b](#no-such-heading) [c](README.md#try-it)';
    expect(deadLinks('README.md', bad)).toEqual(['docs/nothing.md', '#no-such-heading']);
  });

  it(`gives an agent at most ${MOST_TOOLS} tools, in under ${MOST_TOKENS} tokens`, async () => {
    const tools = await listTools();
    expect(tools.map(({ name }) => name)).toEqual(toolsNamed(undefined).names);
    expect(tools.length).toBeGreaterThan(0);
    expect(tools.length).toBeLessThanOrEqual(MOST_TOOLS);
    // Everything that tools/list sends, four characters of its JSON a token.
    const tokens = Math.ceil(JSON.stringify(tools).length / 4);
    process.stdout.write(`${tools.length} tools in ${tokens} tokens\n`);
    expect(tokens).toBeLessThan(MOST_TOKENS);
  });
});
