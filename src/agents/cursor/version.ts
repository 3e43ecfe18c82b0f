/** Which hooks tell of commands, MCP calls and edits. */
export type Family = 'tools' | 'actions';

/**
 * Two families of Cursor's hooks fire for one action: postToolUse (since 2.4, with ids and outcomes), and before that
 * afterShellExecution, afterMCPExecution and afterFileEdit. Both are installed; the version in the payload decides
 * which counts. The command line program, whose versions are dates, runs the older ones only.
 */
export function familyOf(version: string | null): Family {
  const [major, minor] = (/^v?(\d{1,6})\.(\d{1,6})/.exec(version ?? '') ?? []).slice(1).map(Number);
  if (major === undefined || minor === undefined) return 'tools';
  if (major >= 1000) return 'actions';
  return major > 2 || (major === 2 && minor >= 4) ? 'tools' : 'actions';
}

/** Tools whose calls the older hooks tell as well. */
export const isAction = (tool: string): boolean =>
  ['Bash', 'Write', 'Edit', 'Delete'].includes(tool) || tool.startsWith('mcp__');
