/**
 * Lines that are known and carry nothing to keep: those of the published list of events that Copilot writes to disk
 * (schemas/session-events.schema.json of its package), and those that it only streams.
 */
const families =
  /^(?:assistant|auto_mode_switch|capabilities|command|commands|elicitation|exit_plan_mode|external_tool|hook|human_response|mcp|mcp_app|model|pending_messages|permission|sampling|sandbox|session_limits_exhausted|skill|tool|tool_search|ui|user_input|workflow)\./;

const single = new Set([
  'agent.interrupted',
  'session.auto_mode_resolved',
  'session.autopilot_objective_changed',
  'session.background_tasks_changed',
  'session.binary_asset',
  'session.compaction_start',
  'session.completion_receipt',
  'session.context_changed',
  'session.context_cleared',
  'session.handoff',
  'session.idle',
  'session.import_legacy',
  'session.info',
  'session.mode_changed',
  'session.mode_notice_delivered',
  'session.model_deselected',
  'session.permission_recovery',
  'session.permissions_changed',
  'session.plan_changed',
  'session.remote_steerable_changed',
  'session.request_body_compression_disabled',
  'session.schedule_cancelled',
  'session.schedule_created',
  'session.schedule_rearmed',
  'session.session_limits_changed',
  'session.skills_loaded',
  'session.task_complete',
  'session.todos_changed',
  'session.tools_updated',
  'session.truncation',
  'session.usage_checkpoint',
  'session.usage_info',
  'session.warning',
  'session.workspace_file_changed',
  'subagent.configured',
  'subagent.deselected',
  'subagent.selected',
  'system.message',
  'system.notification',
]);

export const isQuiet = (type: string): boolean =>
  single.has(type) || families.test(type) || /^session\.(?:canvas|extensions|fusion|mcp)[._]/.test(type);
