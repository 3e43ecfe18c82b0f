import { render } from 'ink-testing-library';
import { expect, test, vi } from 'vitest';
import { Chooser } from '../../../../src/tui/replay/chooser.tsx';

test('letters narrow the list, also when they come with the keys that take them back', async () => {
  const candidates = ['run-1', 'run-2\u001b[2J', 'fix'].map((label) => ({ label, at: 0, input: {} }));
  const chosen: (string | null)[] = [];
  const { lastFrame, stdin, unmount } = render(
    <Chooser
      title="which?"
      candidates={candidates}
      onChoose={(one) => chosen.push(one?.label ?? null)}
      rows={10}
      columns={60}
      colour={false}
    />,
  );
  const shows = (expected: RegExp) =>
    vi.waitFor(() => expect(lastFrame()).toMatch(expected), { timeout: 20_000 });
  await shows(/> .*run-1[\s\S]*run-2\n[\s\S]*fix/);
  stdin.write('fix');
  await shows(/> .*fix\n/);
  stdin.write('\u007f\u007f\u007frun');
  await shows(/> .*run-1/);
  stdin.write('\u001b[B');
  await shows(/> .*run-2\n/);
  stdin.write('\r');
  await vi.waitFor(() => expect(chosen).toEqual(['run-2\u001b[2J']), { timeout: 20_000 });
  unmount();
});
