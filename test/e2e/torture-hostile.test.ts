import { test } from 'vitest';
import { hostile } from '../torture/drivers/hostile.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'hostile names and values through every door: never a path, never a filter, never a crash',
  shortForm(hostile, 40, 1),
  600_000,
);
