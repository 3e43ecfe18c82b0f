import { test } from 'vitest';
import { powerCut } from '../torture/drivers/power-cut.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'a power cut: what was acknowledged before it is there, once, in order',
  shortForm(powerCut, 3),
  600_000,
);
