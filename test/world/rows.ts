import type { Claim, Convention, Decision, PlanItem } from '../../src/schema/records.ts';

/** Rows of records, of which a test says only what it is about. */

const shared = (key: string) => ({
  createdAt: 1,
  updatedAt: 1,
  by: 'ann',
  event: `evt_${[...key]
    .map((letter) => (letter.codePointAt(0) ?? 0).toString(16))
    .join('')
    .padStart(32, '0')
    .slice(-32)}`,
  contested: [],
});

export const itemRow = (id: string, given: Partial<PlanItem> = {}): PlanItem => ({
  id,
  title: id,
  state: 'todo',
  owner: null,
  note: '',
  parent: null,
  rank: null,
  priority: null,
  paths: [],
  dependsOn: [],
  links: [],
  blockers: [],
  questions: [],
  ...shared(id),
  ...given,
});

export const decisionRow = (key: string, given: Partial<Decision> = {}): Decision => ({
  key,
  subject: key,
  choice: key,
  reason: '',
  alternatives: [],
  paths: [],
  basis: null,
  state: 'standing',
  ...shared(key),
  ...given,
});

export const conventionRow = (key: string, given: Partial<Convention> = {}): Convention => ({
  key,
  name: key,
  rule: key,
  reason: '',
  paths: [],
  basis: null,
  state: 'standing',
  ...shared(key),
  ...given,
});

export const claimRow = (given: Partial<Claim> = {}): Claim => ({
  id: 'clm_1',
  holder: 'ann',
  session: null,
  branch: null,
  paths: [],
  item: null,
  handoff: null,
  why: '',
  until: null,
  state: 'held',
  standing: 'confirmed',
  lostTo: null,
  ...shared('claim'),
  ...given,
});
