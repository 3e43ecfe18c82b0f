import { useEffect, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { type CallError, greet, type Hello } from './api.ts';
import { Frame } from './frame.tsx';
import { Failure, Loading } from './parts/answer.tsx';
import { Heading } from './parts/heading.tsx';
import { Later } from './parts/later.tsx';
import { screens } from './screens/index.ts';
import { asCallError } from './use-call.ts';
import { wasRefused } from './was-refused.ts';
import { useWhere, WhereProvider } from './where.tsx';

/** Hivemind in the browser. Where the address says it all, its screen does not wait until the door has said who we are. */
export function App() {
  const [hello, setHello] = useState<Hello | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  useEffect(() => {
    greet().then(setHello, (failed: unknown) => setError(asCallError(failed)));
  }, []);
  if (error !== null) return <Locked error={error} />;
  if (hello === null && wasRefused()) return <Opening />;
  const first = hello?.workspace ?? hello?.workspaces[0];
  if (hello !== null && first === undefined) return <NoWorkspace />;
  return (
    <Switch>
      <Route path="/w/:workspace/*?">
        <WhereProvider>
          <Frame workspaces={hello?.workspaces ?? []}>
            <Screens />
          </Frame>
        </WhereProvider>
      </Route>
      <Route>
        {first === undefined ? <Opening /> : <Redirect to={`/w/${encodeURIComponent(first)}`} replace />}
      </Route>
    </Switch>
  );
}

function Screens() {
  const where = useWhere();
  // Nothing of one workspace stays on the screen under the name of another.
  return (
    <Switch key={JSON.stringify(where)}>
      {screens.map(({ path, title, file }) => (
        <Route key={path} path={`/w/:workspace${path === '' ? '' : `/${path}`}`}>
          <Later file={file} props={{}}>
            <Heading title={title} />
            <Loading />
          </Later>
        </Route>
      ))}
      <Route>
        <p>There is nothing at this address.</p>
      </Route>
    </Switch>
  );
}

/** The top alone, until it is known where to go. */
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
