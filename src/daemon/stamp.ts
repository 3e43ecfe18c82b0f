import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { tick } from '../core/hlc.ts';
import { redactionVersion } from '../core/redact.ts';
import type { Draft, Event } from '../schema/event.ts';
import { idFromUuid, idHex, spansOf } from '../schema/ids.ts';
import { boardOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { createReplaced } from './replaced.ts';

/** A draft that is ready to be stamped. */
export interface Keyed {
  draft: Draft;
  bytes: number;
  fact: string;
  /** The delivery's nonce and the draft's place in it: a crash may have kept some of a delivery and not the rest. */
  delivery: string | null;
}

/** Returns a function that gives each draft its id and its place after the one before. */
export function createStamp(open: OpenWorkspace, nowMs: number): (one: Keyed, branch: string) => Event {
  let seq = open.store.lastSeq();
  let { hlc } = open;
  const heads = new Map<string, string>();
  const replace = createReplaced(open);
  return ({ draft, fact, delivery }, wanted) => {
    seq += 1;
    const branch = isOfBoard(draft.type) ? boardOf(open) : wanted;
    hlc = tick(hlc, nowMs);
    const id = idFromUuid('event', uuidv7({ msecs: nowMs, random: nextRandom() }));
    const { session } = draft;
    const body = replace(draft, branch, id);
    const turn = draft.turn ?? null;
    const parentSession = typeof body.parentSession === 'string' ? body.parentSession : undefined;
    const { span, parentSpan } = spansOf({ id, type: draft.type, session, turn, parentSession });
    // Every field by its name: objects that are put together by spreading are slow to make and to turn into JSON.
    const event: Event = {
      id,
      delivery,
      fact,
      workspace: open.workspace.id,
      branch,
      session,
      turn,
      agent: draft.agent,
      writer: open.store.writer,
      seq,
      hlc,
      parent: heads.get(branch) ?? open.heads.get(branch)?.id ?? null,
      trace: idHex(draft.rootSession ?? session),
      span,
      parentSpan,
      actor: draft.actor,
      at: draft.at ?? nowMs,
      type: draft.type,
      v: draft.v,
      redaction: redactionVersion,
      status: draft.status,
      paths: draft.paths,
      text: draft.text,
      body,
    };
    heads.set(branch, id);
    return event;
  };
}

/** What everybody sees, on whatever branch: who is editing what, what is offered to whom, which branches there are, how far writers have seen. */
const isOfBoard = (type: string): boolean =>
  /^(claim|branch)\.|^(event\.forgotten|workspace\.pruned|writer\.observed|merge\.(stopped|aborted)|handoff\.(posted|accepted|declined|withdrawn|expired))$/.test(
    type,
  );

/** Random bytes are had in bulk: asking the kernel for sixteen costs as much as hashing an event. */
const randomPool = Buffer.alloc(16 << 8);
let randomUsed = randomPool.length;

function nextRandom(): Uint8Array {
  if (randomUsed === randomPool.length) {
    randomFillSync(randomPool);
    randomUsed = 0;
  }
  randomUsed += 16;
  return randomPool.subarray(randomUsed - 16, randomUsed);
}
