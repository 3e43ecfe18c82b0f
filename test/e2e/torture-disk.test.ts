import { test } from 'vitest';
import { disk } from '../torture/drivers/disk.ts';
import { shortForm } from '../torture/short-form.ts';

test(
  'a disk that is full, fails or is slow: nothing is acknowledged that is not safe, and it heals',
  shortForm(disk, 5),
  600_000,
);
