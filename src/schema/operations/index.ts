import { agentConnect, agentDisconnect } from './agent.ts';
import { backupCreate, backupRestore } from './backup.ts';
import { briefShow } from './brief.ts';
import { captureHook } from './capture.ts';
import { daemonStatus, daemonStop } from './daemon.ts';
import { eventAppend, eventShow } from './event.ts';
import { importRun } from './import.ts';
import { recallSearch } from './recall.ts';
import { replayShow, sessionList, sessionShow } from './session.ts';
import { statusShow } from './status.ts';
import { storeRepair, storeStats, storeVerify } from './store.ts';
import { workspaceCreate, workspaceDelete, workspaceList, workspaceShow } from './workspace.ts';

/** Every operation, by name. Socket routes, commands, MCP tools and the reference are derived from this table. */
export const operations = {
  'agent.connect': agentConnect,
  'agent.disconnect': agentDisconnect,
  'backup.create': backupCreate,
  'backup.restore': backupRestore,
  'brief.show': briefShow,
  'capture.hook': captureHook,
  'daemon.status': daemonStatus,
  'daemon.stop': daemonStop,
  'event.append': eventAppend,
  'event.show': eventShow,
  'import.run': importRun,
  'recall.search': recallSearch,
  'replay.show': replayShow,
  'session.list': sessionList,
  'session.show': sessionShow,
  'status.show': statusShow,
  'store.repair': storeRepair,
  'store.stats': storeStats,
  'store.verify': storeVerify,
  'workspace.create': workspaceCreate,
  'workspace.delete': workspaceDelete,
  'workspace.list': workspaceList,
  'workspace.show': workspaceShow,
} as const;
