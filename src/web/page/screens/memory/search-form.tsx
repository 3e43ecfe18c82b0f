import { useEffect, useState } from 'react';
import { useQuery } from '../shelf/query.ts';

/** What is looked for, in what, and how it ended. */
export function SearchForm() {
  const [query, change] = useQuery();
  const asked = query.get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  return (
    <search>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          change({ q: typed.trim(), skip: null });
        }}
      >
        <label className="grows">
          <span className="unseen">Words, a question, an error message, a path</span>
          <input
            id="memory-query"
            type="search"
            value={typed}
            maxLength={4000}
            placeholder="Find: words, a question, an error, a path  ( / )"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <label>
          <span className="unseen">Search in</span>
          <select value={query.get('in') ?? 'memory'} onChange={({ target }) => change({ in: target.value })}>
            <option value="memory">in what was remembered</option>
            <option value="everything">in everything that happened</option>
          </select>
        </label>
        <label>
          <span className="unseen">How it ended</span>
          <select
            value={query.get('outcome') ?? ''}
            onChange={({ target }) => change({ outcome: target.value })}
          >
            <option value="">any outcome</option>
            <option value="ok">went well</option>
            <option value="failed">failed</option>
            <option value="rejected">was refused</option>
          </select>
        </label>
        <button type="submit">Find</button>
        {asked !== '' && (
          <button type="button" onClick={() => change({ q: null, in: null, outcome: null })}>
            Back to all
          </button>
        )}
      </form>
    </search>
  );
}
