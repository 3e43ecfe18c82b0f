import type { Fields } from './fields.ts';

/**
 * Our MCP server in a repository's .mcp.json, which more than one agent reads: whoever connects writes the same entry.
 * No workspace is named: the checkout decides; nothing of this machine stands in it.
 */
export const projectServer: Fields = {
  type: 'stdio',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the agents expand variables in this file.
  command: '${HOME}/.hivemind/bin/hivemind',
  args: ['mcp'],
};
