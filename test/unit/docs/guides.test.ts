import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../world/home.ts';
import { pages, proseOf } from './markdown.ts';

test('every guide is found from the index of guides', () => {
  const index = pages.find(({ path }) => path === 'docs/guides/README.md')?.text ?? '';
  const guides = pages.map(({ path }) => path).filter((path) => /^docs\/guides\/(?!README)/.test(path));
  expect(guides.length).toBeGreaterThan(20);
  expect(guides.filter((path) => !index.includes(`](${path.slice('docs/guides/'.length)})`))).toEqual([]);
});

test('every picture of a page is there, in both of its looks', () => {
  const missing = pages.flatMap(({ path, text }) =>
    [...proseOf(text).matchAll(/(?:src|srcset)="([^"\s]+)"|!\[[^\]]*\]\(([^()\s]+)\)/g)]
      .map(([, src, target]) => src ?? target ?? '')
      .filter((target) => !existsSync(join(packageRoot, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  );
  expect(missing).toEqual([]);
});
