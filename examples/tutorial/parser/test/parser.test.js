import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../src/parser.js';

test('reads rows and fields', () => {
  assert.deepEqual(parse('name,city\nAda,London\n'), [['name', 'city'], ['Ada', 'London']]);
});

test('keeps what is in quotes as it is', () => {
  assert.deepEqual(parse('"a, b","one\r\ntwo"\n'), [['a, b', 'one\r\ntwo']]);
});
