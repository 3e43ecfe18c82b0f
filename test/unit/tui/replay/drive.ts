import type { render } from 'ink-testing-library';
import { afterEach, expect, vi } from 'vitest';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Presses keys and looks at what is drawn; the screen is closed with the test. */
export function drive({ lastFrame, stdin, unmount }: ReturnType<typeof render>) {
  closing.push(unmount);
  const shown = (): string => lastFrame() ?? '';
  const press = async (keys: string, expected: string | RegExp): Promise<void> => {
    stdin.write(keys);
    await vi.waitFor(() => expect(shown()).toMatch(expected), { timeout: 20_000 });
  };
  return { shown, press };
}
