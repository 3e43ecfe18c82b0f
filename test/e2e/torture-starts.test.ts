import { test } from 'vitest';
import { starts } from '../torture/drivers/starts.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'sixteen starts at once, stale sockets, reused pids: one daemon, and everybody is served',
  shortForm(starts, 9, 0.5),
  600_000,
);
