import { sessionId } from '../../schema/ids.ts';
import type { Place } from '../agent.ts';

export const agentName = 'cursor';

export const configDir = ({ userHome }: Place): string => `${userHome.replace(/\/+$/, '')}/.cursor`;

/** Cursor's ids of conversations and subagents are unique by themselves: a child's does not hang on its parent's. */
export const ourId = (id: string): string => sessionId(agentName, id);
