import { parseDuration } from '../../core/moment.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Engine, Handler } from './handler.ts';

export const pauseCapture: Handler<'capture.pause'> = async (input, _context, engine) => {
  const workspace = named(input.only, engine);
  const durationMs = input.for === undefined ? null : parseDuration(input.for);
  if (input.for !== undefined && (durationMs === null || durationMs === 0))
    throw new AppError('INVALID_ARGUMENT', `"${input.for}" is no length of time`, {
      hint: 'hivemind pause 30min',
    });
  const { until } = await engine.pauses.pause(
    workspace?.id ?? null,
    durationMs === null ? null : engine.now() + durationMs,
  );
  return { workspace: workspace?.name ?? null, until };
};

export const resumeCapture: Handler<'capture.resume'> = async ({ only }, _context, engine) => ({
  ended: await engine.pauses.resume(named(only, engine)?.id ?? null),
});

const named = (only: string | undefined, { workspaces }: Engine) =>
  only === undefined ? null : workspaces.registry.named(only);
