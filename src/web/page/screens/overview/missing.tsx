import { safeLine } from '../../../../core/safe-text.ts';

/** What is to be done, and the command that does it: `no agent is connected: hivemind connect`. */
export function commandIn(step: string): { what: string; command: string | null } {
  const at = step.indexOf(': hivemind ');
  return at < 0 ? { what: step, command: null } : { what: step.slice(0, at), command: step.slice(at + 2) };
}

/** What keeps Hivemind from being complete, each with the command to type. */
export function Missing({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null;
  return (
    <section className="missing" aria-label="To be done">
      <ul>
        {steps.map((step) => {
          const { what, command } = commandIn(safeLine(step));
          return (
            <li key={step}>
              {what}
              {command !== null && (
                <>
                  : <code>{command}</code>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
