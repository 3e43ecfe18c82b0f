import { test } from 'vitest';
import { writers } from '../torture/drivers/writers.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'four daemons on one bucket whose links are cut: everybody has what anybody acknowledged, once, in order',
  shortForm(writers, 2, 0.15),
  300_000,
);
