import { z } from 'zod';
import { Status } from './event.ts';
import { idPattern } from './ids.ts';
import { EventKind } from './live.ts';

/** What a hook waits for: a kind of events, or `status:failed`. */
export const NotifyTrigger = z.union(
  [z.templateLiteral(['status:', Status]), EventKind],
  'a type (plan.changed), a family (plan) or status:failed',
);

const word = z.string().max(4096);

/**
 * A command that this user wants run when something happens. It is in a file of the user's own home and nowhere else: what
 * comes from memory, a bucket, a repository or the socket can never set one.
 */
export const NotifyHook = z.object({
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, 'a name has letters, digits, spaces and . _ -'),
  workspace: z.string().regex(idPattern('workspace')),
  branch: z.string().min(1).max(300),
  on: z.array(NotifyTrigger).min(1).max(100),
  path: z.array(word.min(1)).max(100).default([]),
  agent: z.array(z.string().max(100)).max(100).default([]),
  /** Also for events that happened before they came: imports, old transcripts. */
  past: z.boolean().default(false),
  command: z.array(z.string().max(65_536)).min(1).max(1000),
  cwd: word,
  /** Variables of the shell in which it was added; the daemon may have been started in another. */
  environment: z.record(z.string(), z.string()).default({}),
  createdAt: z.number().int().nonnegative(),
});
export type NotifyHook = z.infer<typeof NotifyHook>;

/** `notify.json` in the home. */
export const NotifyFile = z.object({ version: z.literal(1), hooks: z.array(NotifyHook).max(100) });
export type NotifyFile = z.infer<typeof NotifyFile>;

export const notifyFileName = 'notify.json';

/** Variables that a hook gets as they were when it was added: what programs on a desktop need, and no secrets. */
export const notifyVariables = [
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'HOME',
  'LANG',
  'LC_ALL',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TMPDIR',
  'TZ',
  'USER',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
] as const;
