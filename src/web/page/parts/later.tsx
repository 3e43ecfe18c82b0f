import { type ReactNode, useEffect, useState } from 'react';
import { CallError } from '../api.ts';
import { Failure } from './answer.tsx';
import type { LaterFile } from './later-file.ts';

const missing = new CallError({
  code: 'UNAVAILABLE',
  message: 'A part of this page did not come: Hivemind was stopped, or is another version by now.',
  hint: 'hivemind web',
});

/**
 * What is in a file of its own, with `props`; until that is here, `children`. In place of React's `lazy`, which holds
 * back for 300 ms what has come meanwhile, and takes the whole page away where a file does not come.
 */
export function Later<P extends object>({
  file,
  props,
  children,
}: {
  file: LaterFile<P>;
  props: P;
  children: ReactNode;
}) {
  const Found = file.found();
  const [, setCame] = useState(Found !== null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    file.load().then(
      () => setCame(true),
      () => setMissing(true),
    );
  }, [file]);
  if (Found !== null) return <Found {...props} />;
  return (
    <>
      {children}
      {isMissing && <Failure error={missing} retry={() => location.reload()} />}
    </>
  );
}
