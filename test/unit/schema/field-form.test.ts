import { expect, test } from 'vitest';
import { fieldForm, fieldProblem } from '../../../src/schema/field-form.ts';

test('a field is chosen, typed, or given as JSON', () => {
  expect(fieldForm('plan', 'state')).toEqual({
    form: 'choice',
    options: ['todo', 'doing', 'blocked', 'done', 'dropped'],
  });
  expect(fieldForm('plan', 'removed')).toEqual({ form: 'choice', options: [false, true] });
  expect(fieldForm('plan', 'owner')).toEqual({ form: 'text', emptyIsNull: true });
  expect(fieldForm('decision', 'choice')).toEqual({ form: 'text', emptyIsNull: false });
  expect(fieldForm('plan', 'paths')).toEqual({ form: 'json' });
  expect(fieldForm('plan', 'rank')).toEqual({ form: 'json' });
});

test('a field of a later version, or one that every object has, is given as JSON', () => {
  expect(fieldForm('plan', 'estimate')).toEqual({ form: 'json' });
  expect(fieldForm('plan', 'constructor')).toEqual({ form: 'json' });
  expect(fieldProblem('plan', 'constructor', 1)).toBeNull();
});

test('what a field does not take has a reason', () => {
  expect(fieldProblem('plan', 'state', 'done')).toBeNull();
  expect(fieldProblem('plan', 'state', 'finished')).toContain('"done"');
  expect(fieldProblem('plan', 'owner', null)).toBeNull();
  expect(fieldProblem('decision', 'choice', '')).not.toBeNull();
  expect(fieldProblem('plan', 'paths', ['a.ts', 1])).not.toBeNull();
});
