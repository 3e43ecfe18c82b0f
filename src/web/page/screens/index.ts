import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface Screen {
  /** Below `/w/WORKSPACE/`; may have parameters, as wouter has them. */
  path: string;
  /** In the navigation; null: it is reached from another screen. */
  label: string | null;
  /** Pressed after `g`. */
  key: string | null;
  Screen: LazyExoticComponent<ComponentType>;
  /** Fetches its file. */
  load: Load;
}

type Load = () => Promise<{ default: ComponentType }>;

const later = (load: Load): Pick<Screen, 'Screen' | 'load'> => ({ Screen: lazy(load), load });

/** Every screen, in the order of the navigation. Each is a file, loaded when it is wanted. */
export const screens: readonly Screen[] = [
  { path: '', label: 'Overview', key: 'o', ...later(() => import('./overview.tsx')) },
  { path: 'sessions', label: 'Sessions', key: 's', ...later(() => import('./sessions.tsx')) },
  { path: 'sessions/:session', label: null, key: null, ...later(() => import('./replay.tsx')) },
  { path: 'replay/:whole', label: null, key: null, ...later(() => import('./replay.tsx')) },
  { path: 'review', label: 'Review', key: 'r', ...later(() => import('./review-list.tsx')) },
  { path: 'review/:branch', label: null, key: null, ...later(() => import('./review.tsx')) },
  { path: 'plan', label: 'Plan', key: 'p', ...later(() => import('./plan.tsx')) },
  { path: 'memory', label: 'Memory', key: 'm', ...later(() => import('./memory.tsx')) },
  { path: 'attempts', label: 'Attempts', key: 't', ...later(() => import('./attempts.tsx')) },
  { path: 'activity', label: 'Activity', key: 'a', ...later(() => import('./activity.tsx')) },
  { path: 'settings', label: 'Settings', key: ',', ...later(() => import('./settings.tsx')) },
];

/** Fetches the screen that an address leads to, if any, before it is wanted. */
export function loadScreenAt(address: string): void {
  const [, , , first = '', second] = address.split('/');
  const screen = screens.find(({ path }) => {
    const [head = '', tail] = path.split('/');
    return head === first && (tail === undefined) === (second === undefined);
  });
  // Where it fails the screen fails, and says so.
  screen?.load().catch(() => undefined);
}
