/**
 * Ten agents at once on one shared memory. What all of them should know is on main; each works on a branch of its own,
 * where nobody else sees what it writes; what is good is merged, what failed is deleted.
 *
 *   node examples/swarm/swarm.js [WORKSPACE]
 *
 * The agents are played by plain functions, and the vectors by `embed`, so that this runs without a model: put yours there.
 */
import { open } from 'hivemind';

const run = `run-${Date.now().toString(36)}`;
const memory = await open(process.argv[2] ?? 'swarm-example', { create: true, agent: 'conductor', session: run });

// 1. Shared knowledge, which every branch sees that is forked from now on.
await memory.append([
  note('The login endpoint answers in 900 ms; the goal is 200 ms.', { topic: 'login' }),
  note('Sessions are read from PostgreSQL on every request.', { topic: 'sessions' }),
  note('Password hashes are bcrypt with cost 14.', { topic: 'passwords' }),
]);
await memory.remember('PostgreSQL', { subject: 'session store', reason: 'it is there already' });
const task = await memory.plan.add('Make login fast', { state: 'doing', owner: 'conductor' });

// 2. Ten agents work at the same time, each on its own branch.
const ideas = [
  { idea: 'cache sessions in Redis', savesMs: 420, store: 'Redis' },
  { idea: 'cache sessions in the process', savesMs: 430, store: 'memory of the process' },
  { idea: 'bcrypt cost 10 instead of 14', savesMs: 250 },
  { idea: 'an index on sessions.token', savesMs: 120 },
  { idea: 'keep connections to PostgreSQL open', savesMs: 60 },
  { idea: 'compress answers', savesMs: -5 },
  { idea: 'HTTP/2', savesMs: 2 },
  { idea: 'answer before the password is checked', savesMs: 700, isBroken: true },
  { idea: 'do not log requests', savesMs: 1 },
  { idea: 'a faster JSON library', savesMs: 3 },
];
const results = await Promise.all(ideas.map((idea, index) => work(`agent-${index + 1}`, idea)));

// 3. Until here nothing that they wrote is seen on main.
const seenOnMain = await memory.query({ where: { run }, limit: 1000 });
const leaks = seenOnMain.filter(({ agent }) => agent !== 'conductor');

// 4. The good ones are merged, one after the other, the best last; the failed ones are deleted.
const good = results.filter(({ isGood }) => isGood).sort((a, b) => a.savesMs - b.savesMs);
const failed = results.filter(({ isGood }) => !isGood);
const merges = [];
for (const { branch, idea } of good)
  merges.push(await memory.merge(branch, { message: `it worked: ${idea}`, resolve: preferShared }));
await Promise.all(failed.map(({ branch }) => memory.delete(branch)));
await memory.plan.set(task.id, { state: 'done', note: `${good.length} of ${ideas.length} ideas worked` });

// 5. What the team knows now.
const question = embed('where are sessions kept');
const [nearest] = await memory.query({ vector: question, where: { run }, limit: 1 });
const found = await memory.query({ where: { run, kind: 'result' }, limit: 1000 });
const plan = await memory.plan.show();
const summary = {
  workspace: memory.workspace,
  agents: results.length,
  isolated: leaks.length === 0 && results.every(({ sawOthers }) => sawOthers === 0),
  merged: merges.filter(({ merged }) => merged).length,
  deleted: failed.length,
  conflictsSettled: merges.flatMap(({ settled }) => settled).length,
  resultsOnMain: found.length,
  nearest: nearest?.content,
  plan: plan.find(({ id }) => id === task.id)?.note,
};
console.log(JSON.stringify(summary, null, 2));
memory.close();

const isAsExpected = summary.isolated && summary.merged === good.length && found.length === good.length;
process.exitCode = isAsExpected ? 0 : 1;

/** One agent: looks up what is known, tries its idea, writes down how it went. */
async function work(agent, { idea, savesMs, store, isBroken = false }) {
  const mine = await memory.branch(`${run}/${agent}`, { agent });
  const known = await mine.query('login sessions');
  await mine.append([
    note(`Trying: ${idea}`, { kind: 'step', known: known.length }),
    { type: 'check.ran', text: 'login test', status: isBroken ? 'failed' : 'ok' },
  ]);
  const isGood = !isBroken && savesMs >= 50;
  await mine.append(note(`${idea}: saves ${savesMs} ms`, { kind: 'result', savesMs }));
  if (store !== undefined) await mine.remember(store, { subject: 'session store', reason: `saves ${savesMs} ms` });
  await mine.remember(idea, { outcome: isGood ? 'worked' : 'failed', reason: `it saves ${savesMs} ms` });
  // It sees what was shared and its own notes, and nothing of the nine others.
  const seen = await mine.query({ where: { run }, limit: 1000 });
  const sawOthers = seen.filter((hit) => hit.agent !== 'conductor' && hit.agent !== agent).length;
  return { branch: mine, agent, idea, savesMs, isGood, sawOthers };
}

/** Two agents decided about the same thing: what several machines can share wins. A person or a model could be asked here. */
function preferShared(conflicts) {
  const take = ({ ours }) => (ours.value === 'Redis' ? 'ours' : 'theirs');
  return Object.fromEntries(conflicts.map((conflict) => [conflict.id, { take: take(conflict) }]));
}

function note(content, metadata) {
  return { content, embedding: embed(content), metadata: { run, ...metadata } };
}

/** Stands for an embedding model: words, hashed into 64 dimensions. */
function embed(text) {
  const vector = new Float32Array(64);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    let hash = 7;
    for (const letter of word) hash = (hash * 31 + letter.charCodeAt(0)) % 8191;
    vector[hash % 64] += 1;
  }
  return vector;
}
