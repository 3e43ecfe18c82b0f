import { does, type Tool } from './tool.ts';

export const recall = {
  says: 'Find what agents did, said, decided and failed at here. Ask before you debug an error or choose an approach.',
  isDefault: true,
  usual: 'search',
  actions: {
    search: does(
      'recall.search',
      'by words',
      ['query', 'why', 'kind', 'agent', 'path', 'since', 'outcome', 'budget'],
      ['cards', 'anchor', 'matched', 'note'],
    ),
    attempts: does(
      'attempt.list',
      'what was tried, how it ended',
      ['about', 'outcome', 'since', 'limit'],
      ['attempts', 'matched', 'note'],
      { as: { about: 'query' } },
    ),
  },
  fields: {
    query: 'Question, error text, path',
    why: 'How it came about: commit, FILE or FILE:LINE',
    kind: '',
    agent: '',
    path: 'src/**/*.ts',
    since: '3d or 2026-05-01',
    outcome: '',
    limit: '',
    budget: 'Tokens',
  },
} as const satisfies Tool;

export const show = {
  says: 'One thing in full by its id: event, session (its steps), plan item, handoff, branch, decision:KEY, convention:KEY.',
  isDefault: true,
  answerTokens: 6_000,
  actions: {
    session: does(
      'replay.show',
      'a session, step by step',
      ['session', 'after', 'limit'],
      ['session', 'children', 'steps', 'total'],
      { as: { session: 'id' }, when: /^ses_/ },
    ),
    item: does('plan.show', 'a plan item', ['item'], ['items', 'detail', 'claims'], {
      as: { item: 'id' },
      when: /^itm_/,
    }),
    handoff: does('handoff.show', 'a handoff', ['handoff'], ['handoff', 'answers', 'history'], {
      as: { handoff: 'id' },
      when: /^hof_/,
    }),
    decision: does('memory.list', 'a decision', [], [], {
      when: /^decision:/,
      fixed: { withdrawn: true },
      pick: { from: 'decisions', by: 'key', as: 'decision' },
    }),
    convention: does('memory.list', 'a convention', [], [], {
      when: /^convention:/,
      fixed: { withdrawn: true },
      pick: { from: 'conventions', by: 'key', as: 'convention' },
    }),
    branch: does('branch.show', 'a branch', ['name'], ['branch', 'lineage', 'merges', 'kinds'], {
      as: { name: 'id' },
      when: /^br_/,
    }),
    event: does('event.show', 'an event', ['id'], ['event'], { when: /^/ }),
  },
  fields: { id: 'Event: the last 6 digits do', after: 'Steps to skip', limit: '' },
} as const satisfies Tool;

export const remember = {
  says: 'Write down what others need: a decision (subject), a rule (convention), an attempt (outcome), else a fact.',
  isDefault: true,
  isDestructive: false,
  actions: {
    remember: does(
      'memory.remember',
      'keep it',
      ['text', 'subject', 'convention', 'outcome', 'reason', 'withdraw', 'paths'],
      ['kind', 'key', 'event'],
    ),
  },
  fields: {
    text: '',
    subject: '',
    convention: 'Its name',
    outcome: '',
    reason: '',
    withdraw: 'It no longer stands',
    paths: '',
  },
} as const satisfies Tool;
