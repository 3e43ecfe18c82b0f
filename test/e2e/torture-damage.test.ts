import { test } from 'vitest';
import { damage } from '../torture/drivers/damage.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'damaged files: everything is there, or said to be missing; never silently less or other',
  shortForm(damage, 8),
  600_000,
);
