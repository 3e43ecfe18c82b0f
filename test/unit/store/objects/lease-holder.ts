/**
 * A process that holds a lease for as long as it can: lease-holder.ts DIRECTORY NAME TTL_MS. Prints `held` when it has
 * it and `lost` when it has not any more, and ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLease } from '../../../../src/store/objects/lease.ts';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';

const [, , directory = '', name = '', ttl = '0'] = process.argv;
const ttlMs = Number(ttl);
const lease = createLease(openLocalObjects(directory), 'upkeep', name, { ttlMs });

while (!(await lease.tryTake())) await sleep(ttlMs / 10);
process.stdout.write('held\n');
do await sleep(ttlMs / 5);
while (lease.isHeld() && (await lease.renew()));
process.stdout.write('lost\n');
