import { expect, it } from 'vitest';
import { browserProgram } from '../../../src/cli/browser.ts';

it.each([
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
  ['darwin', {}, 'open'],
  ['darwin', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, undefined],
  ['win32', {}, 'rundll32'],
] as const)('on %s with %j the page is shown by %s', (platform, env, command) => {
  expect(browserProgram(platform, env)?.command).toBe(command);
});
