import { useState } from 'react';
import { Heading } from '../parts/heading.tsx';
import { useWhere } from '../where.tsx';
import '../style/shelf.css';
import { useQuery } from '../parts/query.ts';
import { moveFocus, useKeys } from '../use-keys.ts';
import { useNews } from '../use-news.ts';
import { Browser } from './memory/browser.tsx';
import { type Editing, Editor } from './memory/editor.tsx';
import { FoundCards } from './memory/found-cards.tsx';
import { Item } from './memory/item.tsx';
import { SearchForm } from './memory/search-form.tsx';

/** What the team knows: decisions, conventions, facts, attempts; to read, find, write, change and forget. */
export default function Memory() {
  const where = useWhere();
  const { query, ask } = useQuery();
  const [news, setNews] = useState(0);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [said, setSaid] = useState('');
  useNews(where, /^(memory|merge|event|branch)\./, () => setNews((before) => before + 1));
  const asked = query.get('q') ?? '';
  const item = query.get('item');
  const close = (): void => {
    setEditing(null);
    ask({ item: null }, true);
  };
  useKeys({
    '/': () => document.getElementById('memory-query')?.focus(),
    n: () => setEditing({ kind: 'fact', of: null }),
    j: () => moveFocus('.row-link', 1),
    k: () => moveFocus('.row-link', -1),
    Escape: close,
  });
  const done = (text: string, next: string | null): void => {
    setSaid(text);
    setEditing(null);
    setNews((before) => before + 1);
    ask({ item: next }, true);
  };
  const hasPanel = editing !== null || item !== null;
  return (
    <>
      <Heading title="Memory">
        <button
          type="button"
          className="main"
          aria-keyshortcuts="n"
          onClick={() => setEditing({ kind: 'fact', of: null })}
        >
          Write a note
        </button>
      </Heading>
      <p className="news" role="status">
        {said}
      </p>
      <SearchForm />
      <div className={hasPanel ? 'shelf with-panel' : 'shelf'}>
        <div className="shelf-list">
          {asked === '' ? <Browser news={news} /> : <FoundCards asked={asked} news={news} />}
        </div>
        {hasPanel && (
          <aside className="panel" aria-label={editing === null ? 'What is chosen' : 'Write'}>
            {editing !== null ? (
              <Editor
                key={`${editing.of?.event ?? 'new'}`}
                editing={editing}
                onDone={done}
                onCancel={() => setEditing(null)}
              />
            ) : (
              item !== null && (
                <Item key={item} item={item} news={news} onEdit={setEditing} onDone={done} onClose={close} />
              )
            )}
          </aside>
        )}
      </div>
    </>
  );
}
