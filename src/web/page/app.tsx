import { Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { type CallError, greet, type Hello } from './api.ts';
import { Frame } from './frame.tsx';
import { Failure } from './parts/answer.tsx';
import { loadScreenAt, screens } from './screens/index.ts';
import { asCallError } from './use-call.ts';
import { useWhere, WhereProvider } from './where.tsx';

/** Hivemind in the browser. */
export function App() {
  const [hello, setHello] = useState<Hello | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  useEffect(() => {
    // On the way while the daemon is asked who we are.
    loadScreenAt(location.pathname);
    greet().then(setHello, (failed: unknown) => setError(asCallError(failed)));
  }, []);
  if (error !== null) return <Locked error={error} />;
  if (hello === null) return <Opening />;
  const first = hello.workspace ?? hello.workspaces[0];
  if (first === undefined) return <NoWorkspace />;
  return (
    <Switch>
      <Route path="/w/:workspace/*?">
        <WhereProvider>
          <Frame hello={hello}>
            <Suspense fallback={<p className="quiet">Loading…</p>}>
              <Screens />
            </Suspense>
          </Frame>
        </WhereProvider>
      </Route>
      <Route>
        <Redirect to={`/w/${encodeURIComponent(first)}`} replace />
      </Route>
    </Switch>
  );
}

function Screens() {
  const where = useWhere();
  // Nothing of one workspace stays on the screen under the name of another.
  return (
    <Switch key={JSON.stringify(where)}>
      {screens.map(({ path, Screen }) => (
        <Route key={path} path={`/w/:workspace${path === '' ? '' : `/${path}`}`}>
          <Screen />
        </Route>
      ))}
      <Route>
        <p>There is nothing at this address.</p>
      </Route>
    </Switch>
  );
}

/** What stands in the file of the page already, until the daemon has answered. */
function Opening() {
  return (
    <div className="top">
      <span className="brand">Hivemind</span>
    </div>
  );
}

function Locked({ error }: { error: CallError }) {
  return (
    <main className="alone">
      <h1>Hivemind</h1>
      <Failure error={error} />
    </main>
  );
}

function NoWorkspace() {
  return (
    <main className="alone">
      <h1>Hivemind</h1>
      <p>
        There is no workspace yet. In a repository: <code>hivemind connect</code>
      </p>
    </main>
  );
}
