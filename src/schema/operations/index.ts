import { agentConnect, agentDisconnect, agentList } from './agent.ts';
import { attemptList } from './attempt.ts';
import { backupCreate, backupRestore } from './backup.ts';
import {
  branchChoose,
  branchCreate,
  branchDelete,
  branchDiff,
  branchList,
  branchPrune,
  branchRename,
  branchRestore,
  branchShow,
  branchSwitch,
} from './branch.ts';
import { briefShow } from './brief.ts';
import { captureHook, capturePause, captureResume } from './capture.ts';
import { daemonStatus, daemonStop } from './daemon.ts';
import { doctorRun } from './doctor.ts';
import { embedderSet, embedderStatus, embedderTest } from './embedder.ts';
import { eventAppend, eventExport, eventRecord, eventShow } from './event.ts';
import { gitInstall, gitLog, gitStatus, gitUninstall, gitWhy } from './git.ts';
import { importRun } from './import.ts';
import { memoryList, memoryQuery, memoryRemember } from './memory.ts';
import { mergeAbort, mergeResolve, mergeRun, mergeStatus } from './merge.ts';
import { planAdd, planSet, planShow } from './plan.ts';
import { recallSearch } from './recall.ts';
import { scanRun } from './scan.ts';
import { replayShow, sessionList, sessionShow } from './session.ts';
import { statsCapture, statsRecall, statsWarnings } from './stats.ts';
import { statusShow } from './status.ts';
import { storeRepair, storeStats, storeVerify } from './store.ts';
import { workspaceCreate, workspaceDelete, workspaceList, workspaceSet, workspaceShow } from './workspace.ts';

/** Every operation, by name. Socket routes, commands, MCP tools and the reference are derived from this table. */
export const operations = {
  'agent.connect': agentConnect,
  'agent.disconnect': agentDisconnect,
  'agent.list': agentList,
  'attempt.list': attemptList,
  'backup.create': backupCreate,
  'backup.restore': backupRestore,
  'branch.choose': branchChoose,
  'branch.create': branchCreate,
  'branch.delete': branchDelete,
  'branch.diff': branchDiff,
  'branch.list': branchList,
  'branch.prune': branchPrune,
  'branch.rename': branchRename,
  'branch.restore': branchRestore,
  'branch.show': branchShow,
  'branch.switch': branchSwitch,
  'brief.show': briefShow,
  'capture.hook': captureHook,
  'capture.pause': capturePause,
  'capture.resume': captureResume,
  'daemon.status': daemonStatus,
  'daemon.stop': daemonStop,
  'embedder.set': embedderSet,
  'embedder.status': embedderStatus,
  'embedder.test': embedderTest,
  'doctor.run': doctorRun,
  'event.append': eventAppend,
  'event.export': eventExport,
  'event.record': eventRecord,
  'event.show': eventShow,
  'git.install': gitInstall,
  'git.log': gitLog,
  'git.status': gitStatus,
  'git.uninstall': gitUninstall,
  'git.why': gitWhy,
  'import.run': importRun,
  'memory.list': memoryList,
  'memory.query': memoryQuery,
  'memory.remember': memoryRemember,
  'merge.abort': mergeAbort,
  'merge.resolve': mergeResolve,
  'merge.run': mergeRun,
  'merge.status': mergeStatus,
  'plan.add': planAdd,
  'plan.set': planSet,
  'plan.show': planShow,
  'recall.search': recallSearch,
  'replay.show': replayShow,
  'scan.run': scanRun,
  'session.list': sessionList,
  'session.show': sessionShow,
  'stats.capture': statsCapture,
  'stats.recall': statsRecall,
  'stats.warnings': statsWarnings,
  'status.show': statusShow,
  'store.repair': storeRepair,
  'store.stats': storeStats,
  'store.verify': storeVerify,
  'workspace.create': workspaceCreate,
  'workspace.delete': workspaceDelete,
  'workspace.list': workspaceList,
  'workspace.set': workspaceSet,
  'workspace.show': workspaceShow,
} as const;
