/** Names under which stand, among what agents do, the events of the daemon itself and those of git's hooks. */
export const daemonAgent = 'hivemind';
export const gitAgent = 'git';

/** Neither of them is anybody: they have no sessions, and no branch is for them. */
export const isOwnAgent = (agent: string): boolean => agent === daemonAgent || agent === gitAgent;
