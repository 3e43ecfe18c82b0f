import { createHash } from 'node:crypto';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const subjects = ['session store', 'cache', 'queue', 'error codes', 'retries', 'logging', 'names', 'dates'];
const reasons = ['it was slow', 'two workers write it', 'the tests need it', 'others depend on it'];
const conventions = 30;
const agents = ['claude-code', 'codex', 'gemini-cli'];

/**
 * Turns some drafts of the corpus into what a team that plans and decides writes: of a thousand events 120 are edits, 10
 * plan writes (3 items, each changed twice or more), 3 decisions, 2 attempts, 5 claims that are taken and given back, and
 * some write one of 30 conventions. The same in every run.
 */
export function withRecords(next: () => string): () => string {
  let serial = 0;
  let items = 0;
  return () => {
    const line = next();
    serial += 1;
    const draft = JSON.parse(line) as Record<string, unknown> & { paths: string[] };
    const place = serial % 1000;
    const agent = agents[serial % agents.length];
    const made = (type: string, text: string, body: object, more: object = {}): string =>
      JSON.stringify({ ...draft, agent, type, text, status: 'ok', body, ...more });
    if (place < 30 && place % 10 === 1) {
      items += 1;
      const set = { title: `item ${items}: ${subjects[items % 8]}`, state: 'todo', priority: items % 5 };
      return made('plan.added', set.title, { key: itemId(items), set });
    }
    if (place < 100 && place % 10 === 2) {
      const state = ['doing', 'done', 'blocked', 'done', 'done', 'dropped', 'done'][place % 7] ?? 'done';
      const item = Math.max(1, items - (place % 40));
      return made('plan.changed', `state: ${state}`, { key: itemId(item), set: { state } });
    }
    if (place % 333 === 3) {
      const subject = `${subjects[serial % 8]} of part ${serial % 500}`;
      const set = {
        subject,
        choice: `choice ${serial}`,
        reason: reasons[serial % 4],
        state: 'standing',
        paths: draft.paths,
      };
      return made('memory.decided', `${subject}: ${set.choice}`, { key: subject, set });
    }
    if (place % 500 === 4) {
      const body = { approach: `approach ${serial}`, outcome: 'failed', reason: reasons[serial % 4] };
      return made('memory.attempted', body.approach, body, { status: 'failed' });
    }
    if (place % 200 === 5) {
      const set = {
        holder: agent,
        session: draft.session,
        paths: draft.paths,
        state: 'held',
        until: Date.now() + 60_000,
      };
      return made('claim.taken', `taken ${draft.paths[0]}`, { key: claimId(serial), set });
    }
    if (place % 200 === 6)
      return made('claim.released', 'released', { key: claimId(serial - 1), set: { state: 'released' } });
    if (place === 7) {
      const name = `rule ${Math.floor(serial / 1000) % conventions}`;
      const set = { name, rule: `always look at ${subjects[serial % 8]}`, state: 'standing' };
      return made('memory.agreed', `${name}: ${set.rule}`, { key: name, set });
    }
    return serial % 8 === 0 ? made('file.edited', `Edit ${draft.paths[0]}`, {}) : line;
  };
}

const itemId = (number: number): string => `itm_${hex(`item ${number}`)}`;
const claimId = (number: number): string => `clm_${hex(`claim ${number}`)}`;
