import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useIsLive, useLive } from './live.ts';
import { BranchChoice } from './parts/branch-choice.tsx';
import { screens } from './screens/index.ts';
import { addressOf, useWhere } from './where.tsx';

/** What stands around every screen: where one is, where one can go. `workspaces` may not be known yet. */
export function Frame({ workspaces, children }: { workspaces: readonly string[]; children: ReactNode }) {
  const where = useWhere();
  const [location, go] = useLocation();
  const main = useRef<HTMLElement>(null);
  useGoKeys((path) => go(addressOf(where, path)));
  // Screens share this stream; those that need none still show when it is lost.
  useLive(where, () => undefined);
  const isLive = useIsLive();
  const here = location.split('/')[3] ?? '';
  return (
    <div className="frame">
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <Link className="brand" href={addressOf(where)}>
          Hivemind
        </Link>
        <label>
          <span className="unseen">Workspace</span>
          <select
            value={where.workspace}
            onChange={({ target }) => go(addressOf({ workspace: target.value }))}
          >
            {[...new Set([where.workspace, ...workspaces])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <BranchChoice />
      </header>
      <nav aria-label="Screens">
        {screens.flatMap(({ path, title, key }) =>
          key === null
            ? []
            : [
                <Link
                  key={path}
                  href={addressOf(where, path)}
                  aria-current={here === path ? 'page' : undefined}
                  title={`g ${key}`}
                >
                  {title}
                </Link>,
              ],
        )}
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        <p className="lost" role="status">
          {isLive ? null : (
            <>
              ⚠ Hivemind does not answer. What is shown may be out of date; <code>hivemind web</code> opens
              the page anew.
            </>
          )}
        </p>
        {children}
      </main>
    </div>
  );
}

/** `g` and then a letter goes to a screen, unless something is being typed. */
function useGoKeys(go: (path: string) => void): void {
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent): void => {
      const { target, key } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
      const wanted = isGoing ? screens.find((screen) => screen.key === key) : undefined;
      isGoing = !isGoing && key === 'g';
      if (wanted === undefined) return;
      event.preventDefault();
      latest.current(wanted.path);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** Whether keys belong to a field and not to the page. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
