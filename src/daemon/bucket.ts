import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import { idPattern } from '../schema/ids.ts';
import { WorkspaceName } from '../schema/operations/fields.ts';
import type { BucketStore } from '../schema/records.ts';
import { type Location, parseLocation } from '../store/location.ts';
import { openObjects } from '../store/objects/open-objects.ts';
import { probeConditionalPut } from '../store/objects/probe.ts';
import { isOutOfReach } from '../store/open-store.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import type { NewWorkspace } from './registry.ts';

/** What a bucket says about the workspace that it keeps: the same for every machine. */
const Sign = z.object({
  format: z.literal(1),
  id: z.string().regex(idPattern('workspace')),
  name: WorkspaceName,
  createdAt: z.number().int().nonnegative(),
});

const signKey = 'workspace.json';

/** Where a workspace's tables are. */
export const locationOf = (store: BucketStore | null, directory: string): Location =>
  store === null
    ? { kind: 'local', directory }
    : parseLocation(store.uri, { endpoint: store.endpoint ?? undefined, region: store.region ?? undefined });

/**
 * Makes the bucket the home of the workspace, or finds the one that another machine has put there. Throws
 * FAILED_PRECONDITION when the store cannot serve several writers, or keeps a workspace of another name.
 */
export async function joinBucket(fresh: NewWorkspace, store: BucketStore): Promise<NewWorkspace> {
  const objects = await openObjects(locationOf(store, ''));
  try {
    await probeConditionalPut(objects);
    const { id, name, createdAt } = fresh;
    await objects.putIfAbsent(signKey, Buffer.from(JSON.stringify({ format: 1, id, name, createdAt })));
    const found = parseSign(await objects.get(signKey), objects.place);
    if (found.name !== name) throw keptUnderAnotherName(objects.place, found.name, store);
    return { id: found.id, name: found.name, createdAt: found.createdAt, store };
  } finally {
    objects.close();
  }
}

const birthKey = 'birth.json';

/**
 * Whether it is for this machine to record that the main branch was created. Of those that join a bucket at the same
 * moment none sees yet what the others have recorded: the first to ask records it, also when a crash keeps it until later.
 */
export async function claimBirth(
  { workspace, store: { objects, isShared, lastSeq } }: OpenWorkspace,
  secret: Buffer,
): Promise<boolean> {
  if (!isShared) return true;
  // Homes that were copied from one have the same secret.
  const machine = createHmac('sha256', secret).update(`birth ${workspace.id} ${hostname()}`).digest('hex');
  const claim = Buffer.from(JSON.stringify({ format: 1, machine }));
  try {
    if (await objects.putIfAbsent(birthKey, claim)) return true;
    return (await objects.get(birthKey))?.equals(claim) ?? false;
  } catch (error) {
    // Events are taken in without the bucket once there are any: who recorded it is asked at the next opening.
    if (lastSeq() > 0 && isOutOfReach(error)) return false;
    throw error;
  }
}

function parseSign(bytes: Buffer | null, place: string): z.infer<typeof Sign> {
  try {
    return Sign.parse(JSON.parse(String(bytes)));
  } catch (cause) {
    throw new AppError('DATA_LOSS', `${place}/${signKey} is not readable as a workspace`, {
      hint: 'use another prefix, or look at what is there',
      cause,
    });
  }
}

const keptUnderAnotherName = (place: string, name: string, { uri }: BucketStore): AppError =>
  new AppError('FAILED_PRECONDITION', `${place} keeps the workspace "${name}"`, {
    hint: `hivemind workspace create ${shellWord(name)} --store ${uri} joins it; another prefix begins a new one`,
  });
