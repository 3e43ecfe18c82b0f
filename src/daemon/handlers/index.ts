import { connectAgent, disconnectAgent } from './agent.ts';
import { createBackup, restoreBackup } from './backup.ts';
import { showBrief } from './brief.ts';
import { showDaemon, stopDaemon } from './daemon.ts';
import { appendEvents, showEvent } from './event.ts';
import type { Handlers } from './handler.ts';
import { runImport } from './import.ts';
import { searchRecall } from './recall.ts';
import { listSessions, showReplay, showSession } from './session.ts';
import { showStatus } from './status.ts';
import { repairStore, showStoreStats, verifyStore } from './store.ts';
import { createWorkspace, deleteWorkspace, listWorkspaces, showWorkspace } from './workspace.ts';

/** What runs behind each operation. */
export const handlers: Handlers = {
  'agent.connect': connectAgent,
  'agent.disconnect': disconnectAgent,
  'backup.create': createBackup,
  'backup.restore': restoreBackup,
  'brief.show': showBrief,
  'capture.hook': (input, _context, engine) => engine.capture.hook(input),
  'daemon.status': showDaemon,
  'daemon.stop': stopDaemon,
  'event.append': appendEvents,
  'event.show': showEvent,
  'import.run': runImport,
  'recall.search': searchRecall,
  'replay.show': showReplay,
  'session.list': listSessions,
  'session.show': showSession,
  'status.show': showStatus,
  'store.repair': repairStore,
  'store.stats': showStoreStats,
  'store.verify': verifyStore,
  'workspace.create': createWorkspace,
  'workspace.delete': deleteWorkspace,
  'workspace.list': listWorkspaces,
  'workspace.show': showWorkspace,
};
