import { type LaterFile, laterFile } from '../parts/later-file.ts';

export interface Screen {
  /** Below `/w/WORKSPACE/`; may have parameters, as wouter has them. */
  path: string;
  /** Its heading until its file is here, and its name in the navigation. */
  title: string;
  /** Pressed after `g`; null: it is not in the navigation, and reached from another screen. */
  key: string | null;
  file: LaterFile;
}

const replay = laterFile(() => import('./replay.tsx'));

/** Every screen, in the order of the navigation. Each is a file, loaded when it is wanted. */
export const screens: readonly Screen[] = [
  { path: '', title: 'Overview', key: 'o', file: laterFile(() => import('./overview.tsx')) },
  { path: 'sessions', title: 'Sessions', key: 's', file: laterFile(() => import('./sessions.tsx')) },
  { path: 'sessions/:session', title: 'Replay', key: null, file: replay },
  { path: 'replay/:whole', title: 'Replay', key: null, file: replay },
  { path: 'review', title: 'Review', key: 'r', file: laterFile(() => import('./review-list.tsx')) },
  { path: 'review/:branch', title: 'Review', key: null, file: laterFile(() => import('./review.tsx')) },
  { path: 'plan', title: 'Plan', key: 'p', file: laterFile(() => import('./plan.tsx')) },
  { path: 'memory', title: 'Memory', key: 'm', file: laterFile(() => import('./memory.tsx')) },
  { path: 'attempts', title: 'Attempts', key: 't', file: laterFile(() => import('./attempts.tsx')) },
  { path: 'activity', title: 'Activity', key: 'a', file: laterFile(() => import('./activity.tsx')) },
  { path: 'settings', title: 'Settings', key: ',', file: laterFile(() => import('./settings.tsx')) },
];

/** The screen that an address leads to, if any. */
export function screenAt(address: string): Screen | undefined {
  const [, root, , first = '', second] = address.split('/');
  if (root !== 'w') return undefined;
  return screens.find(({ path }) => {
    const [head = '', tail] = path.split('/');
    return head === first && (tail === undefined) === (second === undefined);
  });
}
