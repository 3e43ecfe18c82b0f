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
import { showBranchGraph } from './branch-graph.ts';
import { chooseBranch, switchBranch } from './branch-switch.ts';
import { showBrief } from './brief.ts';
import { pauseCapture, resumeCapture } from './capture.ts';
import { listClaims, releaseClaims, takeClaims } from './claim.ts';
import { showDaemon, stopDaemon } from './daemon.ts';
import { runDoctor } from './doctor.ts';
import { setEmbedder, showEmbedder, testEmbedder } from './embedder.ts';
import { appendEvents, exportEvents, showEvent } from './event.ts';
import { recordEvent } from './event-record.ts';
import { forgetEvents, listForgettings } from './forget.ts';
import { installGit, showGit, uninstallGit } from './git-hooks.ts';
import { logGit } from './git-log.ts';
import { showCommit } from './git-show.ts';
import { explainGit } from './git-why.ts';
import type { Handlers } from './handler.ts';
import { acceptHandoff, declineHandoff } from './handoff-answer.ts';
import { offerHandoff } from './handoff-offer.ts';
import { listHandoffs, showHandoff } from './handoff-view.ts';
import { runImport } from './import.ts';
import { showLive } from './live.ts';
import { checkMemory, listMemory, probeMemory, showHistory, showMemory } from './memory.ts';
import { queryMemory } from './memory-query.ts';
import { browseMemory, withdrawMemory } from './memory-shelf.ts';
import { abortMerge, resolveMerge, runMerge, showMergeStatus } from './merge.ts';
import { listNotify, testNotify } from './notify.ts';
import { addToPlan, setPlanItem } from './plan.ts';
import { editPlan } from './plan-edit.ts';
import { nextOnPlan } from './plan-next.ts';
import { diffPlan, graphPlan, showPlan, showPlanHistory } from './plan-views.ts';
import { pruneWorkspace } from './prune.ts';
import { searchRecall } from './recall.ts';
import { agree, decide, noteAttempt, noteFact, remember } from './remember.ts';
import { findReplay, showLanes, showReplay } from './replay.ts';
import { approveBranch, askForChanges, commentOnBranch } from './review.ts';
import { listReviews, showReview } from './review-view.ts';
import { runScan } from './scan.ts';
import { showSession } from './session.ts';
import { listSessions } from './session-list.ts';
import { showWarningStats } from './stats.ts';
import { showActivity } from './stats-activity.ts';
import { showCaptureStats } from './stats-capture.ts';
import { showCompliance } from './stats-compliance.ts';
import { showRecallStats } from './stats-recall.ts';
import { showStatus } from './status.ts';
import { repairStore, showStoreStats, verifyStore } from './store.ts';
import { openWeb, showWeb, stopWeb } from './web.ts';
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
  'branch.graph': showBranchGraph,
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
  'claim.list': listClaims,
  'claim.release': releaseClaims,
  'claim.take': takeClaims,
  'daemon.status': showDaemon,
  'daemon.stop': stopDaemon,
  'embedder.set': setEmbedder,
  'embedder.status': showEmbedder,
  'embedder.test': testEmbedder,
  'doctor.run': runDoctor,
  'event.append': appendEvents,
  'event.export': exportEvents,
  'event.forget': forgetEvents,
  'event.forgettings': listForgettings,
  'event.record': recordEvent,
  'event.show': showEvent,
  'git.install': installGit,
  'git.log': logGit,
  'git.show': showCommit,
  'git.status': showGit,
  'git.uninstall': uninstallGit,
  'git.why': explainGit,
  'handoff.accept': acceptHandoff,
  'handoff.decline': declineHandoff,
  'handoff.list': listHandoffs,
  'handoff.offer': offerHandoff,
  'handoff.show': showHandoff,
  'import.run': runImport,
  'live.show': showLive,
  'memory.agree': agree,
  'memory.attempt': noteAttempt,
  'memory.browse': browseMemory,
  'memory.check': checkMemory,
  'memory.decide': decide,
  'memory.history': showHistory,
  'memory.list': listMemory,
  'memory.note': noteFact,
  'memory.probe': probeMemory,
  'memory.query': queryMemory,
  'memory.remember': remember,
  'memory.show': showMemory,
  'memory.withdraw': withdrawMemory,
  'merge.abort': abortMerge,
  'merge.resolve': resolveMerge,
  'merge.run': runMerge,
  'merge.status': showMergeStatus,
  'notify.list': listNotify,
  'notify.test': testNotify,
  'plan.add': addToPlan,
  'plan.diff': diffPlan,
  'plan.edit': editPlan,
  'plan.graph': graphPlan,
  'plan.history': showPlanHistory,
  'plan.next': nextOnPlan,
  'plan.set': setPlanItem,
  'plan.show': showPlan,
  'recall.search': searchRecall,
  'replay.find': findReplay,
  'replay.lanes': showLanes,
  'replay.show': showReplay,
  'review.approve': approveBranch,
  'review.ask': askForChanges,
  'review.comment': commentOnBranch,
  'review.list': listReviews,
  'review.show': showReview,
  'scan.run': runScan,
  'session.list': listSessions,
  'session.show': showSession,
  'stats.activity': showActivity,
  'stats.capture': showCaptureStats,
  'stats.compliance': showCompliance,
  'stats.recall': showRecallStats,
  'stats.warnings': showWarningStats,
  'status.show': showStatus,
  'store.repair': repairStore,
  'store.stats': showStoreStats,
  'store.verify': verifyStore,
  'web.open': openWeb,
  'web.status': showWeb,
  'web.stop': stopWeb,
  'workspace.create': createWorkspace,
  'workspace.delete': deleteWorkspace,
  'workspace.list': listWorkspaces,
  'workspace.prune': pruneWorkspace,
  'workspace.set': setWorkspace,
  'workspace.show': showWorkspace,
};
