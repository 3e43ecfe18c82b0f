import { does, type Tool } from './tool.ts';

export const sessions = {
  says: 'Captured sessions, latest first.',
  isDefault: false,
  actions: { list: does('session.list', 'all', ['agent', 'limit'], ['sessions', 'total']) },
} as const satisfies Tool;

export const attempts = {
  says: 'What was tried and how it ended.',
  isDefault: false,
  actions: {
    list: does(
      'attempt.list',
      'all',
      ['about', 'outcome', 'since', 'limit'],
      ['attempts', 'matched', 'note'],
    ),
  },
} as const satisfies Tool;

export const query = {
  says: 'Notes with vectors and metadata of your own.',
  isDefault: false,
  usual: 'find',
  isDestructive: false,
  actions: {
    find: does(
      'memory.query',
      'by words, vector or metadata',
      ['text', 'vector', 'where', 'limit'],
      ['hits'],
    ),
    note: does('memory.remember', 'keep one', ['text', 'embedding', 'metadata'], ['kind', 'key', 'event'], {
      as: { embedding: 'vector' },
    }),
  },
} as const satisfies Tool;
