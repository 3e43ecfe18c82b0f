import { render, useWindowSize } from 'ink';
import type { Call, CallContext, InputOf } from '../schema/operation.ts';
import { PAGE_STEPS, pageOf } from './state.ts';
import { type LoadKnowledge, type LoadSteps, Viewer, type ViewerProps } from './viewer.tsx';

export interface ReplayRequest {
  call: Call;
  context: Partial<CallContext>;
  input: InputOf<'replay.show'>;
  /** Whether the terminal wants colour. */
  colour: boolean;
}

const Screen = (props: Omit<ViewerProps, 'rows' | 'columns'>) => {
  const { rows, columns } = useWindowSize();
  return <Viewer {...props} rows={rows} columns={columns} />;
};

/** Opens the viewer in this terminal and returns when it is closed. Throws, before anything is drawn, what the first call throws. */
export async function openReplay({ call, context, input, colour }: ReplayRequest): Promise<void> {
  const at = input.after ?? 0;
  const page = (session: string | undefined, after: number, limit: number) =>
    call('replay.show', { ...input, ...(session === undefined ? {} : { session }), after, limit }, context);
  const first = await page(input.session, pageOf(at) * PAGE_STEPS, PAGE_STEPS);
  // "The last session" may be another one by the time of the next page.
  const load: LoadSteps = (after, limit) => page(first.session.id, after, limit);
  const know: LoadKnowledge = async (step) => {
    const one = { ...input, session: first.session.id, after: step, limit: 1, state: true };
    return (await call('replay.show', one, context)).state;
  };
  const interrupt = (): void => {
    process.exitCode = 130;
  };
  const viewer = render(
    <Screen first={first} at={at} load={load} know={know} colour={colour} onInterrupt={interrupt} />,
    {
      // Drawn whole each time: line by line, a screen that got narrower would keep what was wrapped.
      alternateScreen: true,
      exitOnCtrlC: false,
      maxFps: 60,
    },
  );
  await viewer.waitUntilExit();
}
