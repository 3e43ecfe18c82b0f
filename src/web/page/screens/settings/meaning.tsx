import { countText, sizeText } from '../../../../core/amount-text.ts';
import { Answer } from '../../parts/answer.tsx';
import { lineOf } from '../../parts/said.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';

/** What makes vectors, if anything does, and how far it is. */
export function Meaning() {
  const { workspace } = useWhere();
  const called = useCall('embedder.status', {});
  return (
    <section aria-labelledby="meaning">
      <h2 id="meaning">Recall by meaning</h2>
      <Answer called={called}>
        {({ provider, model, dims, url, error, workspaces }) => {
          const own = workspaces.find((one) => one.workspace === workspace);
          if (provider === 'none')
            return (
              <p>
                No embedder is set: recall goes by words, which needs no download, no key and no model. To
                find by meaning as well:{' '}
                <code>hivemind embedder set ollama --model qwen3-embedding:0.6b</code>
              </p>
            );
          return (
            <>
              <p>
                {provider}
                {model !== null && `, ${lineOf(model, 120)}`}
                {dims !== null && `, ${dims} dimensions`}
                {url !== null && ` at ${lineOf(url, 120)}`}
              </p>
              {error !== null && <p className="bad">✗ {lineOf(error, 300)}</p>}
              {own !== undefined && (
                <p>
                  {countText(own.embedded)} events have a vector
                  {own.waiting !== null && `, ${countText(own.waiting)} wait`}
                  {own.sizeBytes !== null && `, ${sizeText(own.sizeBytes)} on disk`}
                  {own.error !== null && <span className="bad"> · ✗ {lineOf(own.error, 300)}</span>}
                </p>
              )}
            </>
          );
        }}
      </Answer>
    </section>
  );
}
