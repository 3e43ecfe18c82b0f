import { describe, expect, it } from 'vitest';
import { parseHandoffLines } from '../../../../src/core/handoff-lines.ts';
import { WrittenHandoff } from '../../../../src/schema/operations/handoff.ts';

describe('a handoff as lines', () => {
  it('has texts and lists', () => {
    const { value, fault } = parseHandoffLines(
      [
        'to: agent:codex',
        'Task: move sessions',
        '  to redis: all of them',
        'next: write the test',
        '',
        'questions:',
        '- which cluster?',
        '* and',
        '  when?',
        'file: a, b.ts',
        'failed: npm test=expected 3',
        'passed: lint',
        'rejected:',
        '- memcached: no persistence',
        'expires: 2d',
      ].join('\r\n'),
    );
    expect(fault).toBeNull();
    expect(value).toEqual({
      to: 'agent:codex',
      task: 'move sessions\nto redis: all of them',
      next: 'write the test',
      questions: ['which cluster?', 'and when?'],
      files: ['a, b.ts'],
      tests: { passed: ['lint'], failed: ['npm test=expected 3'] },
      rejected: ['memcached: no persistence'],
      expires: '2d',
    });
    expect(WrittenHandoff.parse(value)).toEqual(value);
  });

  it('names the line that says nothing', () => {
    expect(parseHandoffLines('task: a\nnext: b\nmood: fine').fault).toEqual({
      line: 3,
      message: 'there is no field "mood"',
    });
    expect(parseHandoffLines('hello').fault).toEqual({
      line: 1,
      message: expect.stringContaining('begins with its field'),
    });
    expect(parseHandoffLines('questions:\nwhat').fault).toMatchObject({ line: 2 });
    expect(parseHandoffLines('constructor: x').fault).toMatchObject({ line: 1 });
    expect(parseHandoffLines('__proto__: x').fault).toMatchObject({ line: 1 });
  });
});
