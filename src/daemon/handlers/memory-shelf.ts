import { v7 as uuidv7 } from 'uuid';
import { Draft } from '../../schema/event.ts';
import { authorOf } from '../author.ts';
import { branchToWrite } from '../branching.ts';
import { scopeOf } from '../lines.ts';
import { browse } from '../memory/browse.ts';
import { memoryNamed } from '../memory/named.ts';
import { held } from '../memory/rows.ts';
import { withdrawn } from '../memory/said.ts';
import { readingPoint } from '../reading-point.ts';
import { inTurn } from '../turns.ts';
import type { Handler } from './handler.ts';
import { holdingFor } from './memory.ts';

export const browseMemory: Handler<'memory.browse'> = async (input, context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const { line, scope } = await readingPoint(live, input);
  const { rows, ...found } = await inTurn(() => browse(live.open, scope, line.id, input));
  return {
    workspace: live.open.workspace.name,
    branch: line.name,
    memories: await held(await holdingFor(engine, context, live, input.cwd), rows),
    ...found,
  };
};

export const withdrawMemory: Handler<'memory.withdraw'> = async (input, context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const { open, appender } = live;
  const line = await branchToWrite(live, input);
  const named = await memoryNamed(open, scopeOf(open, line.id), input);
  const [memory = { ...named, holds: { files: 'unknown' as const, commit: 'unknown' as const } }] =
    await held(await holdingFor(engine, context, live, input.cwd), [named]);
  const { type, text, body } = withdrawn(named, input.why);
  const { ids } = await appender.append(
    [
      Draft.parse({
        type,
        ...authorOf(open, context, input.caller),
        identity: { nativeId: uuidv7(), phase: type },
        paths: named.paths,
        text,
        body,
      }),
    ],
    { branch: line.id },
  );
  return { workspace: open.workspace.name, branch: line.name, event: ids[0] ?? '', memory };
};
