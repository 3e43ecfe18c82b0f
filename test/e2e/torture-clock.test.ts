import { test } from 'vitest';
import { clock } from '../torture/drivers/clock.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'a clock that jumps: the order stays, nothing is thrown away, the daemon lives on',
  shortForm(clock, 3, 0.4),
  600_000,
);
