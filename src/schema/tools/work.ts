import { does, type Tool } from './tool.ts';

/** What is said of an item when it is put on the plan, and when it is changed. */
const itemFields = [
  'title',
  'state',
  'note',
  'owner',
  'parent',
  'paths',
  'priority',
  'depends-on',
  'blocker',
  'question',
  'link',
] as const;

export const plan = {
  says: 'The plan that all share.',
  isDefault: true,
  usual: 'show',
  isDestructive: true,
  actions: {
    show: does('plan.show', '', ['state'], ['items', 'claims']),
    next: does('plan.next', 'what is ready', ['limit'], ['offers', 'total'], { fixed: { take: false } }),
    take: does('plan.next', 'the next, or item, is yours', ['item'], ['taken', 'lost', 'notes'], {
      fixed: { take: true },
    }),
    add: does('plan.add', '', itemFields, ['item', 'notes']),
    set: does('plan.set', '', ['item', ...itemFields, 'unblock', 'answer', 'remove'], ['item', 'notes']),
    claim: does('claim.take', 'tell others what you edit', ['paths', 'why'], ['claim', 'overruled']),
    release: does('claim.release', '', [], ['released']),
  },
  fields: {
    item: 'Id or title',
    title: '',
    state: '',
    note: '',
    owner: '',
    parent: '',
    paths: '',
    priority: '0 urgent to 4',
    'depends-on': '',
    blocker: '',
    question: '',
    link: 'ses_…, commit:SHA',
    unblock: 'Ids of blockers',
    answer: 'QUESTION-ID=TEXT',
    remove: '',
    why: '',
    limit: '',
  },
} as const satisfies Tool;

export const handoff = {
  says: 'Work given over, with all that whoever goes on needs to know.',
  isDefault: true,
  usual: 'list',
  isDestructive: false,
  actions: {
    list: does('handoff.list', '', ['mine', 'state'], ['handoffs', 'total']),
    offer: does(
      'handoff.offer',
      'what is left out is read from your session',
      [
        'to',
        'task',
        'status',
        'next',
        'question',
        'file',
        'passed',
        'failed',
        'decision',
        'rejected',
        'item',
      ],
      ['handoff', 'note'],
    ),
    accept: does('handoff.accept', '', ['handoff'], ['handoff', 'item', 'claim']),
    decline: does('handoff.decline', '', ['handoff', 'reason'], ['handoff', 'reason']),
  },
  fields: {
    handoff: 'Id',
    mine: '',
    state: '',
    to: 'agent:NAME, role:NAME, anybody',
    task: '',
    status: 'How far it is',
    next: 'First step',
    question: '',
    file: '',
    passed: '',
    failed: 'TEST=MESSAGE',
    decision: '',
    rejected: 'APPROACH: REASON',
    item: '',
    reason: '',
  },
} as const satisfies Tool;

export const status = {
  says: 'Who is here and what they do.',
  isDefault: true,
  usual: 'sessions',
  actions: {
    now: does('live.show', 'who does what', [], ['sessions', 'elsewhere', 'claims']),
    sessions: does('session.list', '', ['agent', 'limit'], ['sessions', 'total']),
    claims: does('claim.list', '', [], ['claims', 'lost']),
    memory: does('memory.list', 'decisions, conventions', [], ['decisions', 'conventions']),
    here: does('status.show', 'workspace, branch', [], ['workspace', 'branch', 'lastEvent', 'missing']),
  },
  fields: { agent: '', limit: '' },
} as const satisfies Tool;
