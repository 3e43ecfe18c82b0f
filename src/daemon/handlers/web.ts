import type { Handler } from './handler.ts';

export const openWeb: Handler<'web.open'> = async (input, { actor }, { web, workspaces }) => {
  const { registry } = workspaces;
  const named = input.workspace === undefined ? null : registry.named(input.workspace);
  // Outside of every workspace the page is opened all the same: it lists those that there are.
  const found = named ?? (input.cwd === undefined ? null : await registry.boundTo(input.cwd));
  const workspace = found?.name ?? null;
  const home = workspace === null ? '/' : `/w/${encodeURIComponent(workspace)}`;
  return web.open({ path: input.path ?? home, workspace, actor });
};

export const showWeb: Handler<'web.status'> = async (_input, _context, { web }) => web.status();

export const stopWeb: Handler<'web.stop'> = async (_input, _context, { web }) => web.stop();
