import { useState } from 'react';
import { rules } from '../../../../core/gate.ts';
import type { InputOf } from '../../../../schema/operation.ts';
import { WorkspaceSettings } from '../../../../schema/settings.ts';
import { Answer, Failure } from '../../parts/answer.tsx';
import { lineOf } from '../../parts/said.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { useAct } from '../shelf/act.ts';
import { Choice, Count, Rules } from './controls.tsx';

type Key = InputOf<'workspace.set'>['key'];
const { shape } = WorkspaceSettings;

/** Settings with a few values to choose from, in the order in which people meet them. */
const choices = ['branching', 'strategy', 'injection', 'warnings', 'claims', 'commits'] as const;

/** What may be changed here, each with its explanation and its present value. */
export function WorkspaceSettingsForm() {
  const where = useWhere();
  const called = useCall('workspace.show', { workspace: where.workspace });
  const act = useAct('workspace.set');
  const [said, setSaid] = useState('');
  const change = async (key: Key, value: string): Promise<void> => {
    const done = await act.run({ workspace: where.workspace, key, value });
    setSaid(done === null ? '' : `${key} is ${value === '' ? 'empty' : value} now.`);
    called.refresh();
  };
  return (
    <section aria-labelledby="workspace">
      <h2 id="workspace">This workspace</h2>
      <p className="quiet">
        These are settings of this machine. In a terminal: <code>hivemind workspace set KEY VALUE</code>
      </p>
      <p className="news" role="status">
        {said}
      </p>
      {act.error !== null && <Failure error={act.error} />}
      <Answer called={called}>
        {({ settings }) => (
          <div className="settings">
            {choices.map((key) => (
              <Choice
                key={key}
                name={key}
                explained={shape[key].description ?? ''}
                values={shape[key].unwrap().options}
                value={settings[key]}
                isBusy={act.isBusy}
                onChange={(value) => change(key, value)}
              />
            ))}
            <Count
              name="brief-tokens"
              explained={shape['brief-tokens'].description ?? ''}
              value={settings['brief-tokens']}
              least={200}
              most={8000}
              isBusy={act.isBusy}
              onChange={(value) => change('brief-tokens', value)}
            />
            <Rules
              explained={shape.rules.description ?? ''}
              rules={Object.values(rules)}
              chosen={settings.rules}
              isBusy={act.isBusy}
              onChange={(names) => change('rules', names.join(','))}
            />
            <div className="setting">
              <h3>resolver</h3>
              <p className="quiet">{shape.resolver.description}</p>
              <p>
                {settings.resolver === '' ? 'none' : <code>{lineOf(settings.resolver, 300)}</code>} · set it
                by <code>hivemind workspace set resolver COMMAND</code>
              </p>
            </div>
            <div className="setting">
              <h3>probes</h3>
              <p className="quiet">{shape.probes.description}</p>
              <p>
                {Object.keys(settings.probes).length === 0
                  ? 'none'
                  : Object.keys(settings.probes)
                      .map((key) => lineOf(key, 80))
                      .join(', ')}{' '}
                · set one by <code>hivemind memory probe NAME COMMAND</code>
              </p>
            </div>
          </div>
        )}
      </Answer>
    </section>
  );
}
