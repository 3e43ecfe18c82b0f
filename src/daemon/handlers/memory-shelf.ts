import { v7 as uuidv7 } from 'uuid';
import { Draft } from '../../schema/event.ts';
import { authorOf } from '../author.ts';
import { branchToWrite } from '../branching.ts';
import { scopeOf } from '../lines.ts';
import { browse } from '../memory/browse.ts';
import { held } from '../memory/rows.ts';
import { withdrawn } from '../memory/said.ts';
import { checkVersion, fallenSince, holdNote, versionNamed } from '../memory/version.ts';
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
  const named = await versionNamed(open, scopeOf(open, line.id), input);
  if (named.state !== 'standing' && named.contested.length === 0) throw fallenSince(named);
  const [memory = { ...named, holds: { files: 'unknown' as const, commit: 'unknown' as const } }] =
    await held(await holdingFor(engine, context, live, input.cwd), [named]);
  const { type, text, body } = withdrawn(named, input.why);
  const draft = Draft.parse({
    type,
    ...authorOf(open, context, input.caller),
    identity: { nativeId: uuidv7(), phase: type },
    paths: named.paths,
    text,
    body,
  });
  const { ids } = await appender.appendMade(() => {
    checkVersion(open, scopeOf(open, line.id), named);
    // Not while something takes its place.
    if (named.key === null) holdNote(open, named).end();
    return { draft, branch: line.id };
  });
  return { workspace: open.workspace.name, branch: line.name, event: ids[0] ?? '', memory };
};
