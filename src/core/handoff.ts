import type { HandoffPosting } from '../schema/records.ts';

type Addressee = HandoffPosting['to'];

/** Who asks: an agent with the roles that it has, or (no agent) a person. */
export interface Asker {
  agent: string | null;
  roles: readonly string[];
  /** Session of the agent. */
  session: string | null;
}

/** Names are compared as people read them. */
const same = (a: string, b: string): boolean =>
  a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();

/** Whether it is for whoever asks: by the name of the agent, by one of its roles, or for anybody. */
export function isFor(to: Addressee, { agent, roles }: Pick<Asker, 'agent' | 'roles'>): boolean {
  if (to.kind === 'anybody') return true;
  if (to.kind === 'agent') return agent !== null && same(to.name, agent);
  return roles.some((role) => same(to.name, role));
}

/** The posting as it is at a moment (epoch milliseconds): an offer that nobody took in time has expired. */
export const postingAt = (posting: HandoffPosting, nowMs: number): HandoffPosting =>
  posting.state === 'offered' && posting.until !== null && posting.until <= nowMs
    ? { ...posting, state: 'expired' }
    : posting;

/** `agent:codex`, `role:reviewer` or `anybody` as an addressee; null for anything else. */
export function parseAddressee(text: string): Addressee | null {
  const trimmed = text.trim();
  if (trimmed === 'anybody') return { kind: 'anybody' };
  const [, kind, name = ''] = /^(agent|role):(.+)$/s.exec(trimmed) ?? [];
  if (kind === undefined || name.trim() === '' || name.length > 200) return null;
  return { kind: kind === 'agent' ? 'agent' : 'role', name: name.trim() };
}
