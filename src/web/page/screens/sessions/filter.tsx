import { useEffect, useRef, useState } from 'react';

export interface SessionFilterValue {
  query: string;
  agent: string;
  /** Only those that this session has started; empty: whoever started them. */
  parent: string;
  failed: boolean;
  roots: boolean;
}

const settledMs = 200;

/** Which sessions are listed. `/` goes to the search. */
export function SessionFilter({
  filter,
  agents,
  onFilter,
}: {
  filter: SessionFilterValue;
  agents: readonly string[];
  onFilter: (next: SessionFilterValue) => void;
}) {
  const [query, setQuery] = useState(filter.query);
  const latest = useRef({ filter, onFilter });
  latest.current = { filter, onFilter };
  useEffect(() => {
    const timer = setTimeout(() => {
      const { filter: now, onFilter: tell } = latest.current;
      if (now.query !== query) tell({ ...now, query });
    }, settledMs);
    return () => clearTimeout(timer);
  }, [query]);
  const choices = filter.agent === '' ? agents : [...new Set([...agents, filter.agent])];
  return (
    <div className="session-filter">
      <input
        type="search"
        id="session-search"
        aria-label="Search sessions"
        placeholder="Search title, role, model, directory, id  /"
        maxLength={300}
        value={query}
        onChange={({ target }) => setQuery(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter') return;
          // A browser would empty the field.
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
      <label>
        <span className="unseen">Agent</span>
        <select value={filter.agent} onChange={({ target }) => onFilter({ ...filter, agent: target.value })}>
          <option value="">All agents</option>
          {choices.map((agent) => (
            <option key={agent}>{agent}</option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={filter.failed}
          onChange={({ target }) => onFilter({ ...filter, failed: target.checked })}
        />
        With failures
      </label>
      {filter.parent === '' ? (
        <label className="check">
          <input
            type="checkbox"
            checked={!filter.roots}
            onChange={({ target }) => onFilter({ ...filter, roots: !target.checked })}
          />
          Subagents too
        </label>
      ) : (
        <button type="button" onClick={() => onFilter({ ...filter, parent: '' })}>
          Started by {filter.parent.slice(-8)} ✕<span className="unseen"> show all sessions</span>
        </button>
      )}
    </div>
  );
}
