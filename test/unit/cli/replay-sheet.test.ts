import { expect, test } from 'vitest';
import { saveSheet } from '../../../src/cli/replay-sheet.ts';
import type { Call, InputOf } from '../../../src/schema/operation.ts';
import { replayPage } from './records.ts';

test('steps whose numbers change while they are read are no page: it is begun anew, and then said', async () => {
  let calls = 0;
  const call = (async (_name: string, { after = 0, limit = 500 }: InputOf<'replay.show'>) => {
    calls += 1;
    return { ...replayPage(400, after, limit), order: `order ${calls}` };
  }) as Call;
  const saving = saveSheet({ call, context: {}, input: {}, file: '-', force: false });
  await expect(saving).rejects.toMatchObject({ code: 'ABORTED' });
  expect(calls).toBe(6);
});
