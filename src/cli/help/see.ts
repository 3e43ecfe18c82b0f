import type { AppError } from '../../schema/app-error.ts';
import type { ErrorCode } from '../../schema/error-codes.ts';

/** First words of a command → the guide that explains what it is about. */
export const topicOfCommand: Readonly<Record<string, string>> = {
  agents: 'agents',
  attempts: 'attempts',
  backup: 'backup',
  branch: 'branches',
  brief: 'brief',
  claims: 'claims',
  completion: 'completion',
  connect: 'agents',
  daemon: 'operations',
  disconnect: 'agents',
  doctor: 'operations',
  embedder: 'embedders',
  forget: 'forget',
  git: 'git',
  handoff: 'handoff',
  log: 'git',
  memory: 'memory',
  merge: 'branches',
  notify: 'live',
  pause: 'privacy',
  plan: 'plan',
  recall: 'recall',
  record: 'any-agent',
  remember: 'memory',
  replay: 'replay',
  restore: 'backup',
  resume: 'privacy',
  review: 'review',
  scan: 'privacy',
  store: 'backup',
  watch: 'live',
  web: 'web',
  why: 'git',
};

/** Error code → the guide, whatever the command. */
export const topicOfCode: Readonly<Partial<Record<ErrorCode, string>>> = {
  CONFLICT: 'branches',
  DATA_LOSS: 'backup',
  POLICY_DENIED: 'branches',
};

/** Of these the hint says all: how the command is typed, or that it is to be tried again, or that it is a bug. */
const selfEvident: readonly ErrorCode[] = [
  'INVALID_ARGUMENT',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'RESOURCE_EXHAUSTED',
  'INTERNAL',
];

/** What to type to read the page that explains an error of a command; undefined: there is none. */
export function helpFor(error: Pick<AppError, 'code'>, command: string): string | undefined {
  const byCode = topicOfCode[error.code];
  if (byCode !== undefined) return helpWords(byCode);
  const [first = ''] = command.split(' ');
  if (selfEvident.includes(error.code) || !Object.hasOwn(topicOfCommand, first)) return undefined;
  const topic = topicOfCommand[first];
  return topic === undefined ? undefined : helpWords(topic);
}

/** The command that shows a guide; `guide` tells it from the command of the same name. */
export const helpWords = (topic: string): string => `hivemind help guide ${topic}`;
