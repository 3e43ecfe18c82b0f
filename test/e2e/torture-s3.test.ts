import { test } from 'vitest';
import { s3 } from '../torture/drivers/s3.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'a bucket that fails in every way, and a daemon that is killed: what was acknowledged is there, once, in order',
  shortForm(s3, 3, 0.15),
  300_000,
);
