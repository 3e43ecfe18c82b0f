import type { Answer, Ask } from './ask.ts';

type Judge = (what: string, answer: Answer<unknown>) => string[];

/** Every field that names a branch, a plan item or a subject: it is a name, or refused; and a branch that is made of it works. */
export async function nameBranches(
  ask: Ask,
  { workspace, value, judge }: { workspace: string; value: string; judge: Judge },
): Promise<string[]> {
  const here = { workspace };
  const there = { workspace, branch: value };
  const answers: Record<string, Answer<unknown>> = {
    'plan.show': await ask('plan.show', there),
    'memory.list': await ask('memory.list', { ...here, at: value }),
    'session.list of a branch': await ask('session.list', there),
    'brief.show of a branch': await ask('brief.show', there),
    'recall of a branch': await ask('recall.search', { ...there, query: 'sleeps' }),
    'event.export': await ask('event.export', { ...here, after: value, limit: 5 }),
    'branch.show': await ask('branch.show', { ...here, name: value }),
    'branch.diff': await ask('branch.diff', { ...here, name: value }),
    'branch.prune': await ask('branch.prune', { ...here, 'older-than': value, 'dry-run': true }),
    'merge.run': await ask('merge.run', { ...here, name: value, into: value }),
    'plan.add': await ask('plan.add', { ...here, title: value, note: value, owner: value, paths: [value] }),
    'plan.set': await ask('plan.set', { ...here, item: value, state: 'done', parent: value }),
    'a decision': await ask('memory.remember', { ...here, text: value, subject: value, reason: value }),
    'a convention': await ask('memory.remember', { ...here, text: value, convention: value }),
    'memory.query': await ask('memory.query', { ...here, text: value, where: { [value]: value } }),
    'workspace.set': await ask('workspace.set', { ...here, key: 'rules', value }),
  };
  const failures = Object.entries(answers).flatMap(([what, answer]) => judge(what, answer));
  return [...failures, ...(await makeBranch(ask, { workspace, value, judge }))];
}

async function makeBranch(
  ask: Ask,
  { workspace, value, judge }: { workspace: string; value: string; judge: Judge },
): Promise<string[]> {
  const here = { workspace };
  const made = await ask('branch.create', { ...here, name: value });
  if (made.kind !== 'ok') return judge('branch.create', made);
  const { id, name } = made.result.branch;
  const failures: string[] = [];
  if (name !== value.normalize('NFC').trim()) failures.push(`the branch is called ${JSON.stringify(name)}`);
  const found = await ask('branch.show', { ...here, name: value });
  if (found.kind !== 'ok' || found.result.branch.id !== id)
    failures.push('the branch is not found by its name');
  const recalled = await ask('recall.search', { ...here, branch: id, query: 'sleeps' });
  if (recalled.kind !== 'ok' || recalled.result.matched === 0)
    failures.push('the branch sees nothing of main');
  const note = await ask('memory.remember', { ...here, branch: id, text: value });
  const merged = await ask('merge.run', { ...here, name: id });
  if (note.kind === 'ok' && (merged.kind !== 'ok' || merged.result.outcome !== 'merged'))
    failures.push(`the branch was not merged: ${JSON.stringify(merged).slice(0, 300)}`);
  for (const answer of [found, recalled, note, merged]) failures.push(...judge('a new branch', answer));
  const gone = await ask('branch.delete', { ...here, name: id });
  const left = await ask('branch.list', { ...here, limit: 100_000 });
  if (gone.kind !== 'ok' || left.kind !== 'ok' || left.result.branches.some((branch) => branch.id === id))
    failures.push('the branch is there after its deletion');
  return failures;
}
