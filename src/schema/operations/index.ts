import { branchGraph, statsActivity } from './activity.ts';
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
import { claimList, claimRelease, claimTake } from './claim.ts';
import { statsCompliance } from './compliance.ts';
import { daemonStatus, daemonStop } from './daemon.ts';
import { doctorRun } from './doctor.ts';
import { embedderSet, embedderStatus, embedderTest } from './embedder.ts';
import { eventAppend, eventExport, eventRecord, eventShow } from './event.ts';
import { eventForget, eventForgettings, workspacePrune } from './forget.ts';
import { gitInstall, gitLog, gitShow, gitStatus, gitUninstall, gitWhy } from './git.ts';
import { handoffAccept, handoffDecline, handoffList, handoffOffer, handoffShow } from './handoff.ts';
import { importRun } from './import.ts';
import { liveShow } from './live.ts';
import { memoryCheck, memoryHistory, memoryList, memoryProbe, memoryQuery, memoryShow } from './memory.ts';
import { memoryBrowse, memoryWithdraw } from './memory-shelf.ts';
import { mergeAbort, mergeResolve, mergeRun, mergeStatus } from './merge.ts';
import { notifyList, notifyTest } from './notify.ts';
import { planAdd, planNext, planSet, planShow } from './plan.ts';
import { planDiff, planEdit, planGraph, planHistory } from './plan-views.ts';
import { recallSearch } from './recall.ts';
import { memoryAgree, memoryAttempt, memoryDecide, memoryNote, memoryRemember } from './remember.ts';
import { replayFind, replayLanes, replayShow } from './replay.ts';
import { reviewApprove, reviewAsk, reviewComment, reviewList, reviewShow } from './review.ts';
import { scanRun } from './scan.ts';
import { sessionList, sessionShow } from './session.ts';
import { statsCapture, statsRecall, statsWarnings } from './stats.ts';
import { statusShow } from './status.ts';
import { storeRepair, storeStats, storeVerify } from './store.ts';
import { webOpen, webStatus, webStop } from './web.ts';
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
  'branch.graph': branchGraph,
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
  'claim.list': claimList,
  'claim.release': claimRelease,
  'claim.take': claimTake,
  'daemon.status': daemonStatus,
  'daemon.stop': daemonStop,
  'embedder.set': embedderSet,
  'embedder.status': embedderStatus,
  'embedder.test': embedderTest,
  'doctor.run': doctorRun,
  'event.append': eventAppend,
  'event.export': eventExport,
  'event.forget': eventForget,
  'event.forgettings': eventForgettings,
  'event.record': eventRecord,
  'event.show': eventShow,
  'git.install': gitInstall,
  'git.log': gitLog,
  'git.show': gitShow,
  'git.status': gitStatus,
  'git.uninstall': gitUninstall,
  'git.why': gitWhy,
  'handoff.accept': handoffAccept,
  'handoff.decline': handoffDecline,
  'handoff.list': handoffList,
  'handoff.offer': handoffOffer,
  'handoff.show': handoffShow,
  'import.run': importRun,
  'live.show': liveShow,
  'memory.agree': memoryAgree,
  'memory.attempt': memoryAttempt,
  'memory.browse': memoryBrowse,
  'memory.check': memoryCheck,
  'memory.decide': memoryDecide,
  'memory.history': memoryHistory,
  'memory.list': memoryList,
  'memory.note': memoryNote,
  'memory.probe': memoryProbe,
  'memory.query': memoryQuery,
  'memory.remember': memoryRemember,
  'memory.show': memoryShow,
  'memory.withdraw': memoryWithdraw,
  'merge.abort': mergeAbort,
  'merge.resolve': mergeResolve,
  'merge.run': mergeRun,
  'merge.status': mergeStatus,
  'notify.list': notifyList,
  'notify.test': notifyTest,
  'plan.add': planAdd,
  'plan.diff': planDiff,
  'plan.edit': planEdit,
  'plan.graph': planGraph,
  'plan.history': planHistory,
  'plan.next': planNext,
  'plan.set': planSet,
  'plan.show': planShow,
  'recall.search': recallSearch,
  'replay.find': replayFind,
  'replay.lanes': replayLanes,
  'replay.show': replayShow,
  'review.approve': reviewApprove,
  'review.ask': reviewAsk,
  'review.comment': reviewComment,
  'review.list': reviewList,
  'review.show': reviewShow,
  'scan.run': scanRun,
  'session.list': sessionList,
  'session.show': sessionShow,
  'stats.activity': statsActivity,
  'stats.capture': statsCapture,
  'stats.compliance': statsCompliance,
  'stats.recall': statsRecall,
  'stats.warnings': statsWarnings,
  'status.show': statusShow,
  'store.repair': storeRepair,
  'store.stats': storeStats,
  'store.verify': storeVerify,
  'web.open': webOpen,
  'web.status': webStatus,
  'web.stop': webStop,
  'workspace.create': workspaceCreate,
  'workspace.delete': workspaceDelete,
  'workspace.list': workspaceList,
  'workspace.prune': workspacePrune,
  'workspace.set': workspaceSet,
  'workspace.show': workspaceShow,
} as const;
