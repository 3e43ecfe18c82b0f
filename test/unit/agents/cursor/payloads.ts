/** Payloads in the shape that Cursor documents; no client of it can be run in a test. */
export const common = {
  conversation_id: 'conv-1',
  generation_id: 'gen-1',
  model: 'gpt-5',
  cursor_version: '2.6.1',
  workspace_roots: ['/home/dev/parser'],
  user_email: null,
  transcript_path: null,
};

const failing = { exitCode: 2, stdout: '', stderr: 'make: *** [test] Error 2' };

export const payloads: Readonly<Record<string, Record<string, unknown>>> = {
  sessionStart: { ...common, session_id: 'conv-1', is_background_agent: false, composer_mode: 'agent' },
  beforeSubmitPrompt: { ...common, prompt: 'fix the parser', attachments: [] },
  postToolUse: {
    ...common,
    tool_name: 'Shell',
    tool_input: { command: 'make test' },
    tool_use_id: 'tool-1',
    cwd: '/home/dev/parser',
    tool_output: JSON.stringify(failing),
    duration: 120,
  },
  postToolUseFailure: {
    ...common,
    tool_name: 'Read',
    tool_input: { path: '/home/dev/parser/absent.ts' },
    tool_use_id: 'tool-2',
    error_message: 'File not found',
    failure_type: 'error',
    is_interrupt: false,
  },
  afterShellExecution: { ...common, command: 'make test', output: 'Error 2', duration: 120 },
  afterMCPExecution: {
    ...common,
    tool_name: 'recall',
    tool_input: '{"query":"x"}',
    command: 'hivemind',
    result_json: '{"content":[{"type":"text","text":"nothing"}]}',
    duration: 3,
  },
  afterFileEdit: {
    ...common,
    file_path: '/home/dev/parser/util.ts',
    edits: [{ old_string: 'a - b', new_string: 'a + b' }],
  },
  subagentStart: {
    ...common,
    subagent_id: 'sub-1',
    subagent_type: 'explore',
    task: 'look around',
    parent_conversation_id: 'conv-1',
    tool_call_id: 'tool-3',
  },
  subagentStop: {
    ...common,
    subagent_id: 'sub-1',
    parent_conversation_id: 'conv-1',
    status: 'completed',
    summary: 'nothing there',
    duration_ms: 900,
    modified_files: ['a.ts'],
  },
  preCompact: { ...common, trigger: 'auto', context_usage_percent: 91, context_tokens: 1, message_count: 3 },
  afterAgentResponse: { ...common, text: 'Fixed it.' },
  stop: { ...common, status: 'aborted', loop_count: 0 },
  sessionEnd: { ...common, session_id: 'conv-1', reason: 'error', final_status: 'x', error_message: 'boom' },
};
