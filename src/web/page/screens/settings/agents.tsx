import { countText, percent, shareText } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { Answer, Nothing } from '../../parts/answer.tsx';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { Wide } from '../../parts/wide.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';

type Agent = OutputOf<'agent.list'>['agents'][number];

const instructions = {
  installed: '✓ told what to do',
  missing: '✗ not told what to do',
  outdated: '⚠ told by another version',
  edited: '✓ edited by a person, left so',
  foreign: '⚠ another file has its place',
  off: '– not wanted',
} as const;

/** Which agents are connected, how completely each is captured, and whether they do what they are told to. */
export function Agents() {
  const { workspace } = useWhere();
  const list = useCall('agent.list', {});
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">Agents</h2>
      <Answer called={list}>
        {({ agents }) => {
          const shown = agents.filter(
            ({ installed, connections }) => installed || connections.some(({ connected }) => connected),
          );
          const absent = agents.filter((agent) => !shown.includes(agent));
          return (
            <>
              {shown.length === 0 ? (
                <Nothing>
                  No agent that Hivemind knows is on this machine. Once there is one:{' '}
                  <code>hivemind connect</code>
                </Nothing>
              ) : (
                <Wide label="Connections">
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">Agent</th>
                        <th scope="col">Connected</th>
                        <th scope="col">Instruction</th>
                        <th scope="col">Missing</th>
                      </tr>
                    </thead>
                    <tbody>
                      {shown.map((agent) => (
                        <AgentRow key={agent.agent} agent={agent} workspace={workspace} />
                      ))}
                    </tbody>
                  </table>
                </Wide>
              )}
              {absent.length > 0 && (
                <p className="quiet">Not on this machine: {absent.map(({ title }) => title).join(', ')}.</p>
              )}
            </>
          );
        }}
      </Answer>
      <Captured />
      <Habits />
    </section>
  );
}

function AgentRow({ agent: { agent, title, connections }, workspace }: { agent: Agent; workspace: string }) {
  const connected = connections.filter((one) => one.connected);
  const missing = [...new Set(connected.flatMap((one) => one.missing))];
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>
        {connected.length === 0 ? (
          <>
            ✗ no ·{' '}
            <code>
              hivemind connect {agent} --workspace {lineOf(workspace, 60)}
            </code>
          </>
        ) : (
          <span className="good">✓ in the {connected.map(({ scope }) => scope).join(' and ')} settings</span>
        )}
      </td>
      <td>
        {connected.length === 0 ? '–' : connected.map((one) => instructions[one.instruction]).join(', ')}
      </td>
      <td>
        {missing.length === 0 ? (
          '–'
        ) : (
          <>
            <span className="warn">⚠ {lineOf(missing.join(', '), 200)}</span> ·{' '}
            <code>hivemind connect {agent}</code>
          </>
        )}
      </td>
    </tr>
  );
}

function Captured() {
  const { workspace } = useWhere();
  const called = useCall('stats.capture', { workspace });
  return (
    <>
      <h3>What is captured of them</h3>
      <Answer called={called}>
        {({ agents }) =>
          agents.length === 0 ? (
            <Nothing>
              Nothing has been captured yet. Work with a connected agent, or <code>hivemind import</code>
            </Nothing>
          ) : (
            <Wide label="What is captured">
              <table>
                <caption className="unseen">How completely each agent is captured</caption>
                <thead>
                  <tr>
                    <th scope="col">Agent</th>
                    <th scope="col">Sessions</th>
                    <th scope="col">Events</th>
                    <th scope="col">Live</th>
                    <th scope="col">Prompts</th>
                    <th scope="col">Calls</th>
                    <th scope="col">Failures</th>
                    <th scope="col">Not readable</th>
                    <th scope="col">Last</th>
                  </tr>
                </thead>
                <tbody>
                  {agents.slice(0, 50).map((one) => (
                    <tr key={one.agent}>
                      <th scope="row">{lineOf(one.agent, 60)}</th>
                      <td>{countText(one.sessions)}</td>
                      <td>{countText(one.events)}</td>
                      <td>{one.events === 0 ? '–' : percent(one.live / one.events)}</td>
                      <td>{countText(one.prompts)}</td>
                      <td>{countText(one.calls)}</td>
                      <td>{countText(one.failures)}</td>
                      <td>{one.unreadable === 0 ? '–' : <span className="warn">⚠ {one.unreadable}</span>}</td>
                      <td>
                        <When at={one.lastAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          )
        }
      </Answer>
    </>
  );
}

function Habits() {
  const { workspace } = useWhere();
  const called = useCall('stats.compliance', { workspace });
  return (
    <>
      <h3>What they do by themselves, in the last 30 days</h3>
      <Answer called={called}>
        {({ agents, rules }) =>
          agents.length === 0 ? (
            <p className="quiet">No session of an agent was active in that time.</p>
          ) : (
            <Wide label="Habits">
              <table>
                <caption className="unseen">In how many sessions agents did what they are told to</caption>
                <thead>
                  <tr>
                    <th scope="col">Agent</th>
                    {(['recalled', 'recorded', 'planned', 'handedOff'] as const).map((rule) => (
                      <th key={rule} scope="col" title={rules[rule]}>
                        {rule === 'handedOff'
                          ? 'Handed off'
                          : rule.replace(/^./, (letter) => letter.toUpperCase())}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {agents.slice(0, 50).map(({ agent, model, recalled, recorded, planned, handedOff }) => (
                    <tr key={`${agent} ${model}`}>
                      <th scope="row">
                        {lineOf(agent, 60)}{' '}
                        {model !== null && <span className="quiet">{lineOf(model, 60)}</span>}
                      </th>
                      {[recalled, recorded, planned, handedOff].map((share, place) => (
                        // biome-ignore lint/suspicious/noArrayIndexKey: a column is told by its place
                        <td key={place}>{shareText(share.did, share.of)}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          )
        }
      </Answer>
    </>
  );
}
