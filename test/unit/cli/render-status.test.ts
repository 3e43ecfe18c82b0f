import { expect, test } from 'vitest';
import { plainPaint } from '../../../src/cli/render/paint.ts';
import { renderStatus } from '../../../src/cli/render/status.ts';
import { limitOf } from '../../../src/daemon/limits.ts';
import { Limit } from '../../../src/schema/operations/status.ts';
import { at0 } from './records.ts';

const view = { paint: plainPaint, now: at0 + 3_600_000, width: 80 };
const limitNames = Limit.shape.name.options;

test('status names what is missing and the command for it, and each limit by a name of its own', () => {
  const daemon = {
    version: '0.1.0',
    pid: 1,
    startedAt: at0,
    home: '/h',
    socket: '/s',
    rssBytes: 1048576,
    connections: 1,
    workspacesOpen: 0,
    spooled: 0,
    spoolDropped: null,
    paused: null,
    idleExitMs: 3_600_000,
  };
  const text = renderStatus(
    {
      daemon,
      workspace: null,
      branch: null,
      capture: true,
      paused: null,
      events: 0,
      sessions: 0,
      tail: 0,
      lastEvent: null,
      agents: [],
      store: null,
      limits: limitNames.map((name) => limitOf(name, 5)),
      missing: ['hivemind workspace create NAME'],
    },
    view,
  );
  expect(text).toContain('this directory belongs to no workspace');
  expect(text).toContain('Missing\n  hivemind workspace create NAME');
  const figures = (/^limits +(.*)$/m.exec(text)?.[1] ?? '')
    .split(', ')
    .map((figure) => figure.replace(/ \d.*/, ''));
  expect(figures).toContain('queued bytes');
  expect(new Set(figures).size).toBe(limitNames.length);
});
