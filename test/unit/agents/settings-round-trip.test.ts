import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HookTarget } from '../../../src/agents/agent.ts';
import { agents } from '../../../src/agents/index.ts';

const scopes = ['user', 'project'] as const;

const target = (scope: HookTarget['scope']): Omit<HookTarget, 'configDir'> => ({
  scope,
  userHome: '/home/me',
  environment: {},
  projectDir: '/home/me/ws',
  hookPath: '/opt/hivemind/bin/hook.sh',
  command: { command: '/opt/hivemind/bin/hivemind', args: [] },
  env: { HIVEMIND_HOME: "/it's/moved" },
});

const files = Object.values(agents).flatMap((agent) =>
  scopes.flatMap((scope) =>
    agent
      .settingsFiles({
        ...target(scope),
        configDir: agent.configDir({ userHome: '/home/me', environment: {} }),
      })
      .filter(({ path }) => path.endsWith('.json'))
      .map((file) => ({ agent: agent.name, scope, purpose: file.purpose, file })),
  ),
);

const foreign = fc.record(
  {
    version: fc.constant(1),
    hooks: fc.dictionary(
      fc.constantFrom('Stop', 'BeforeAgent', 'preToolUse', 'SessionStart'),
      fc.array(
        fc.record({
          bash: fc.string(),
          hooks: fc.array(fc.record({ command: fc.string() }), { minLength: 1 }),
        }),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
      { minKeys: 1 },
    ),
    mcpServers: fc.dictionary(fc.constantFrom('a', 'b'), fc.constant({ command: 'x' }), { minKeys: 1 }),
    z: fc.jsonValue(),
  },
  { requiredKeys: ['version', 'z'] },
);

describe.each(files)('$agent, $scope scope: $purpose', ({ scope, file }) => {
  test('no file: what connect makes is whole, and goes again', () => {
    const made = file.connect(null);
    expect(file.connect(made)).toBe(made);
    expect(file.missing(made)).toEqual([]);
    expect(file.missing(null).length).toBeGreaterThan(0);
    expect(file.disconnect(made)).toBe(null);
    expect(file.disconnect(null)).toBe(null);
  });

  test('what others wrote comes back byte for byte', () => {
    fc.assert(
      fc.property(foreign, fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = `${JSON.stringify(value, null, indent)}\n`;
        const connected = file.connect(text);
        expect(file.connect(connected)).toBe(connected);
        // Whatever else may keep an agent from running them (Codex refuses foreign keys), our entries are there.
        expect(file.missing(connected).filter((gap) => /^(?:hook |MCP)/.test(gap))).toEqual([]);
        expect(file.disconnect(connected)).toBe(text);
      }),
    );
  });

  test('nothing of this machine stands in what is shared', () => {
    if (scope === 'project') expect(file.connect(null)).not.toMatch(/\/(?:opt|home|it's)\b/);
    else expect(file.connect(null)).toContain('/opt/hivemind/bin/');
  });

  test.each(['[]', '{"hooks": 1, "mcpServers": 1, "mcp": 1}', '{"a": 1, "a": 2}', '{'])(
    '%s is left alone',
    (text) => {
      expect(() => file.connect(text)).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
      expect(file.missing(text).length).toBeGreaterThan(0);
    },
  );
});
