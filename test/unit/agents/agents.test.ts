import { describe, expect, test } from 'vitest';
import { agentNamed, agents } from '../../../src/agents/index.ts';
import { ancestors, relativePath } from '../../../src/agents/paths.ts';

describe('agents by name', () => {
  test('each stands under its own name', () => {
    for (const [name, agent] of Object.entries(agents)) expect(agent.name).toBe(name);
    expect(agentNamed('claude-code').name).toBe('claude-code');
  });

  test.each([
    ['claude', 'did you mean claude-code?'],
    ['claud-code', 'did you mean claude-code?'],
    ['constructor', expect.stringMatching(/^known agents: claude-code, /)],
    ['../../etc', expect.stringMatching(/^known agents: claude-code, /)],
  ])('%s', (name, hint) => {
    expect(() => agentNamed(name)).toThrow(expect.objectContaining({ code: 'NOT_FOUND', hint }));
  });
});

describe('paths', () => {
  test.each([
    ['/a/b/c.ts', '/a/b', 'c.ts'],
    ['/a/b/c.ts', '/a/b/', 'c.ts'],
    ['/a/bc/d.ts', '/a/b', '/a/bc/d.ts'],
    ['/a/b/../x.ts', '/a/b', '/a/x.ts'],
    ['/a/b', '/a/b', '.'],
    ['./c.ts', '/a/b', 'c.ts'],
    ['../c.ts', '/a/b', '/a/c.ts'],
    ['/c.ts', '/', 'c.ts'],
    ['/c.ts', null, '/c.ts'],
    ['D:\\Repo\\src\\a.ts', 'd:\\repo', 'src/a.ts'],
    ['C:\\other\\a.ts', 'D:\\repo', 'C:/other/a.ts'],
    ['/a/odd\\name.ts', '/a', 'odd\\name.ts'],
  ])('%s in %s is %s', (path, base, expected) => {
    expect(relativePath(path, base)).toBe(expected);
  });

  test('the directories above', () => {
    expect(ancestors('/a/b/c/')).toEqual(['/a/b/c', '/a/b', '/a']);
    expect(ancestors('C:\\a\\b')).toEqual(['C:\\a\\b', 'C:\\a', 'C:']);
  });
});
