import { useQuery } from '../../parts/query.ts';
import { Narrowing, SearchBar } from '../shelf/search-bar.tsx';

/** What is looked for, in what, and how it ended. */
export function SearchForm() {
  const { query, ask } = useQuery();
  return (
    <SearchBar
      id="memory-query"
      name="q"
      label="Words, a question, an error message, a path"
      placeholder="Find: words, a question, an error, a path  ( / )"
      behind={
        query.has('q') && (
          <button type="button" onClick={() => ask({ q: null, in: null, outcome: null }, true)}>
            Back to all
          </button>
        )
      }
    >
      <Narrowing
        name="in"
        label="Search in"
        values={[
          ['memory', 'in what was remembered'],
          ['everything', 'in everything that happened'],
        ]}
      />
      <Narrowing
        name="outcome"
        label="How it ended"
        values={[
          ['', 'any outcome'],
          ['ok', 'went well'],
          ['failed', 'failed'],
          ['rejected', 'was refused'],
        ]}
      />
    </SearchBar>
  );
}
