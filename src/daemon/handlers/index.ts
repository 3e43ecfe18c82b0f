import { connectAgent, disconnectAgent, listAgents } from './agent.ts';
import { listAttempts } from './attempt.ts';
import { createBackup, restoreBackup } from './backup.ts';
import {
  createBranch,
  deleteBranch,
  diffBranch,
  listBranches,
  pruneBranches,
  renameBranch,
  restoreBranch,
  showBranch,
} from './branch.ts';
import { chooseBranch, switchBranch } from './branch-switch.ts';
import { showBrief } from './brief.ts';
import { pauseCapture, resumeCapture } from './capture.ts';
import { showDaemon, stopDaemon } from './daemon.ts';
import { runDoctor } from './doctor.ts';
import { setEmbedder, showEmbedder, testEmbedder } from './embedder.ts';
import { appendEvents, exportEvents, showEvent } from './event.ts';
import { recordEvent } from './event-record.ts';
import { installGit, showGit, uninstallGit } from './git-hooks.ts';
import { logGit } from './git-log.ts';
import { explainGit } from './git-why.ts';
import type { Handlers } from './handler.ts';
import { runImport } from './import.ts';
import { listMemory, remember } from './memory.ts';
import { queryMemory } from './memory-query.ts';
import { abortMerge, resolveMerge, runMerge, showMergeStatus } from './merge.ts';
import { addToPlan, setPlanItem, showPlan } from './plan.ts';
import { searchRecall } from './recall.ts';
import { runScan } from './scan.ts';
import { listSessions, showReplay, showSession } from './session.ts';
import { showWarningStats } from './stats.ts';
import { showCaptureStats } from './stats-capture.ts';
import { showRecallStats } from './stats-recall.ts';
import { showStatus } from './status.ts';
import { repairStore, showStoreStats, verifyStore } from './store.ts';
import {
  createWorkspace,
  deleteWorkspace,
  listWorkspaces,
  setWorkspace,
  showWorkspace,
} from './workspace.ts';

/** What runs behind each operation. */
export const handlers: Handlers = {
  'agent.connect': connectAgent,
  'agent.disconnect': disconnectAgent,
  'agent.list': listAgents,
  'attempt.list': listAttempts,
  'backup.create': createBackup,
  'backup.restore': restoreBackup,
  'branch.choose': chooseBranch,
  'branch.create': createBranch,
  'branch.delete': deleteBranch,
  'branch.diff': diffBranch,
  'branch.list': listBranches,
  'branch.prune': pruneBranches,
  'branch.rename': renameBranch,
  'branch.restore': restoreBranch,
  'branch.show': showBranch,
  'branch.switch': switchBranch,
  'brief.show': showBrief,
  'capture.hook': (input, _context, engine) => engine.capture.hook(input),
  'capture.pause': pauseCapture,
  'capture.resume': resumeCapture,
  'daemon.status': showDaemon,
  'daemon.stop': stopDaemon,
  'embedder.set': setEmbedder,
  'embedder.status': showEmbedder,
  'embedder.test': testEmbedder,
  'doctor.run': runDoctor,
  'event.append': appendEvents,
  'event.export': exportEvents,
  'event.record': recordEvent,
  'event.show': showEvent,
  'git.install': installGit,
  'git.log': logGit,
  'git.status': showGit,
  'git.uninstall': uninstallGit,
  'git.why': explainGit,
  'import.run': runImport,
  'memory.list': listMemory,
  'memory.query': queryMemory,
  'memory.remember': remember,
  'merge.abort': abortMerge,
  'merge.resolve': resolveMerge,
  'merge.run': runMerge,
  'merge.status': showMergeStatus,
  'plan.add': addToPlan,
  'plan.set': setPlanItem,
  'plan.show': showPlan,
  'recall.search': searchRecall,
  'replay.show': showReplay,
  'scan.run': runScan,
  'session.list': listSessions,
  'session.show': showSession,
  'stats.capture': showCaptureStats,
  'stats.recall': showRecallStats,
  'stats.warnings': showWarningStats,
  'status.show': showStatus,
  'store.repair': repairStore,
  'store.stats': showStoreStats,
  'store.verify': verifyStore,
  'workspace.create': createWorkspace,
  'workspace.delete': deleteWorkspace,
  'workspace.list': listWorkspaces,
  'workspace.set': setWorkspace,
  'workspace.show': showWorkspace,
};
