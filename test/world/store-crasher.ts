/**
 * Works on the store in the folder given, through every step that writes, and tells after each append what was
 * acknowledged. HIVEMIND_FAILPOINT says where it is to be killed.
 */
import { openRoom } from './store.ts';

const room = await openRoom(process.argv[2]);
const append = async (count: number): Promise<void> => {
  await room.appendUpTo(room.store.lastSeq() + count);
  process.stdout.write(`${room.store.lastSeq()}\n`);
};
for (let round = 0; round < 3; round += 1) {
  await append(20);
  await room.store.flush();
  await append(10);
  await room.seal();
  await append(5);
  await room.store.settle(true);
}
await room.close();
