import { safeLine } from '../../../../core/safe-text.ts';
import type { StepSection } from '../../../../core/step-view.ts';
import type { Session } from '../../../../schema/records.ts';
import { DiffView } from '../../parts/diff-view.tsx';
import { Code } from '../../parts/step-code.tsx';
import { languageOf } from '../../parts/step-colours.ts';
import { lookOf, momentText, whoDid } from '../../parts/step-look.ts';
import type { Step } from './source.ts';

/** All of a step: who, when, how it ended, what went in and what came out. */
export function StepDetail({
  step,
  number,
  sessions,
}: {
  step: Step;
  number: number;
  sessions: ReadonlyMap<string, Session>;
}) {
  const look = lookOf(step);
  const facts = [...look.facts, ...tokenFacts(step)];
  return (
    <article aria-label={`Step ${number + 1}`}>
      <header className="detail-head">
        <h2>
          <span className="detail-kind">{look.kind}</span>
          {look.failed && (
            <strong className="bad">{step.status === 'rejected' ? 'refused' : 'failed'}</strong>
          )}
        </h2>
        <p className="quiet">
          {whoDid(step, sessions)} · {momentText(step.at)}
          {facts.map((fact) => (
            <span key={fact}> · {fact}</span>
          ))}
        </p>
        <Paths paths={step.paths} />
      </header>
      {look.sections.length === 0 && <p className="quiet">{look.title || 'It says nothing more.'}</p>}
      {look.sections.map((section) => (
        <section key={section.label} aria-label={section.label}>
          <h3>{section.label}</h3>
          <Section section={section} step={step} />
        </section>
      ))}
      <p className="detail-id">
        <code>{step.id}</code>
      </p>
    </article>
  );
}

const mostPaths = 12;

function Paths({ paths }: { paths: readonly string[] }) {
  if (paths.length === 0) return null;
  return (
    <p className="detail-paths">
      {paths.slice(0, mostPaths).map((path) => (
        <code key={path}>{safeLine(path)}</code>
      ))}
      {paths.length > mostPaths && <span className="quiet">and {paths.length - mostPaths} more</span>}
    </p>
  );
}

function Section({ section, step }: { section: StepSection; step: Step }) {
  const path = safeLine(step.paths[0] ?? '');
  if ('diff' in section) return <DiffView key={step.id} lines={section.diff} path={path} />;
  return <Code key={step.id} text={section.text.trimEnd()} language={languageIn(section, step, path)} />;
}

/** In what language a part of a step is written, where that can be told. */
function languageIn(
  { label, text }: { label: string; text: string },
  step: Step,
  path: string,
): string | null {
  if (step.type === 'turn.prompted' || step.type === 'turn.replied') return 'markdown';
  if (step.type !== 'tool.called') return label === 'body' ? 'json' : null;
  const { input, tool } = step.body;
  const isCommand = typeof input === 'object' && input !== null && 'command' in input;
  if (label === 'input') return isCommand ? 'bash' : 'json';
  if (label === 'output' && tool === 'Read') return languageOf(path);
  return /^\s*[[{]/.test(text) ? 'json' : null;
}

function tokenFacts({ body, type }: Step): string[] {
  const { tokens, costUsd } = body;
  const { input, output } = (type === 'turn.measured' ? {} : (tokens ?? {})) as Record<string, unknown>;
  const count = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en') : '?');
  return [
    ...(input === undefined && output === undefined
      ? []
      : [`${count(input)} tokens in, ${count(output)} out`]),
    ...(typeof costUsd === 'number' ? [`$${costUsd.toFixed(4)}`] : []),
  ];
}
