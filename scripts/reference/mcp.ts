import { neededFields, operationOf, toolInput } from '../../src/mcp/tool-schema.ts';
import { toolTable } from '../../src/schema/tools/index.ts';
import type { Tool, ToolAction } from '../../src/schema/tools/tool.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const fieldsOf = (action: ToolAction): string => {
  const needed = neededFields(action);
  return Object.keys(action.fields)
    .map((name) => (needed.includes(name) ? `**${name}**` : name))
    .join(', ');
};

function actionTable(tool: Tool): string {
  const rows = Object.entries(tool.actions).map(([name, action]) => {
    const { when, says, operation, gives, pick } = action;
    const chosen =
      when === undefined ? `\`${name}\`${tool.usual === name ? ' (if none is named)' : ''}` : name;
    const given = pick === undefined ? gives : [pick.as];
    return `| ${chosen} | ${cell(says === '' ? operationOf(action).summary : says)} | ${fieldsOf(action)} | ${given.join(', ')} | [${operation}](operations.md#${operation.replaceAll('.', '')}) |`;
  });
  return ['| action | does | takes | answers | operation |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function fieldTable(tool: Tool): string {
  const rows = Object.entries(toolInput(tool).properties).flatMap(
    ([name, { type, enum: options, description, items }]) => {
      if (name === 'action') return [];
      const choices = options ?? items?.enum;
      const kind =
        choices === undefined ? [type ?? 'any'].flat().join(' or ') : choices.map(String).join(', ');
      return [`| ${name} | ${cell(kind)} | ${cell(description ?? '')} |`];
    },
  );
  return rows.length === 0 ? '' : ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function section(name: string, tool: Tool): string {
  const writes = Object.values(tool.actions).some((action) => operationOf(action).writes);
  const bound = tool.answerTokens === undefined ? '' : ` An answer has at most ${tool.answerTokens} tokens.`;
  return [
    `## ${name}`,
    tool.says,
    `${writes ? 'Writes.' : 'Only reads.'}${tool.isDefault ? '' : ' Not among the usual tools: `hivemind mcp --tools`.'}${bound}`,
    actionTable(tool),
    fieldTable(tool),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The tools that `hivemind mcp` gives, from `src/schema/tools`. */
export const mcpPage = (): string =>
  [
    '# MCP tools',
    'What `hivemind mcp` gives an agent; how clients connect stands in [the guide](../guides/mcp.md). **Bold** fields must be given. Workspace, branch and caller are the connection’s; no tool takes them.',
    'Each answer is structured content and the same as text, at most 1,500 tokens long where nothing else is said: texts are quoted as data, times are ISO 8601, fields without a value are left out, and `cut` says what is missing.',
    ...Object.entries(toolTable).map(([name, tool]) => section(name, tool)),
  ].join('\n\n');
