import { test } from 'vitest';
import { kill } from '../torture/drivers/kill.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'kill -9 at random points and at named steps: what was acknowledged is there, once, in order',
  shortForm(kill, 10, 0.15),
  600_000,
);
