import { Heading } from '../parts/heading.tsx';
import { useCall } from '../use-call.ts';
import { useWhere } from '../where.tsx';
import '../style/shelf.css';
import '../style/settings.css';
import { useNews } from '../use-news.ts';
import { Agents } from './settings/agents.tsx';
import { Elsewhere } from './settings/elsewhere.tsx';
import { Forgettings } from './settings/forgettings.tsx';
import { Meaning } from './settings/meaning.tsx';
import { Store } from './settings/store.tsx';
import { WorkspaceSettingsForm } from './settings/workspace-settings.tsx';
import { Worth } from './settings/worth.tsx';

/** How the workspace is set, what is connected, where things are kept, what it is worth; and what to type for the rest. */
export default function Settings() {
  const where = useWhere();
  const status = useCall('status.show', where);
  useNews(where, /^(session|event)\./, status.refresh);
  return (
    <>
      <Heading title="Settings">
        <span className="quiet">
          {status.data !== null &&
            `Hivemind ${status.data.daemon.version}, process ${status.data.daemon.pid}`}
        </span>
      </Heading>
      <nav className="jump" aria-label="On this screen">
        {sections.map(([id, name]) => (
          <a key={id} href={`#${id}`}>
            {name}
          </a>
        ))}
      </nav>
      <WorkspaceSettingsForm />
      <Agents />
      <Store status={status} />
      <Meaning />
      <Worth />
      <Forgettings />
      <Elsewhere />
    </>
  );
}

const sections = [
  ['workspace', 'This workspace'],
  ['agents', 'Agents'],
  ['store', 'Store and limits'],
  ['meaning', 'Recall by meaning'],
  ['worth', 'What it is worth'],
  ['forgotten', 'Forgotten'],
  ['elsewhere', 'On the command line'],
] as const;
