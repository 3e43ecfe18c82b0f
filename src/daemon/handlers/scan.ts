import { setImmediate } from 'node:timers/promises';
import { redactDraft, redactionVersion, unmarked } from '../../core/redact.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Watch } from '../../store/verification.ts';
import { everywhere } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Handler } from './handler.ts';
import { watched } from './watch.ts';

type Scan = OutputOf<'scan.run'>;
type Finding = Scan['workspaces'][number]['findings'][number];

/** Events that are read and looked at in one go, before others get their turn. */
const pageSize = 200;
const idsShown = 20;

export const runScan: Handler<'scan.run'> = async (input, context, { workspaces, now }) => {
  const startedAt = now();
  const wanted = input.all ? workspaces.registry.list() : [await workspaces.which(input)];
  return watched(context, async (watch) => {
    const scanned: Scan['workspaces'] = [];
    let found = 0;
    for (const workspace of wanted) {
      const { open } = await workspaces.live(workspace);
      const one = await scanWorkspace(open, watch);
      found += one.found;
      scanned.push({ workspace: workspace.name, events: one.events, findings: one.findings });
    }
    return { version: redactionVersion, workspaces: scanned, found, durationMs: now() - startedAt };
  });
};

async function scanWorkspace(
  open: OpenWorkspace,
  { signal, onProgress }: Watch,
): Promise<{ events: number; found: number; findings: Finding[] }> {
  const filter = { spans: everywhere(open) };
  const places = await open.store.positions(filter);
  const findings = new Map<string, Finding>();
  let found = 0;
  for (let from = 0; from < places.length; from += pageSize) {
    if (signal.aborted) throw new AppError('ABORTED', 'interrupted');
    onProgress({ message: `scanning ${open.workspace.name}`, done: from, total: places.length });
    const events = await open.store.at(filter, places.slice(from, from + pageSize));
    for (const event of events) {
      const rules = rulesThatFind(event);
      if (rules.length > 0) found += 1;
      for (const rule of rules) note(findings, rule, event);
    }
    await setImmediate();
  }
  const sorted = [...findings.values()].sort((a, b) => b.events - a.events);
  return { events: places.length, found, findings: sorted };
}

/** Which rules would change the event if it came today; what was redacted before is left alone by all of them. */
function rulesThatFind({ type, agent, session, actor, text, paths, body }: Event): string[] {
  const identity = { content: '' };
  return redactDraft({ type, agent, session, actor, text, paths, body, identity }, unmarked).found;
}

function note(findings: Map<string, Finding>, rule: string, { id, redaction = 0 }: Event): void {
  const finding = findings.get(rule) ?? { rule, events: 0, versions: [], ids: [] };
  finding.events += 1;
  if (!finding.versions.includes(redaction)) finding.versions.push(redaction);
  if (finding.ids.length < idsShown) finding.ids.push(id);
  findings.set(rule, finding);
}
