import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useKeys } from '../../use-keys.ts';

export interface Tab {
  name: string;
  label: string;
  /** How many are in there; null: it is not known. */
  count: number | null;
  /** Something in there has to be done before the merge. */
  isUrgent?: boolean;
}

/** Sections of which one is shown; digits choose one from anywhere, arrows within. */
export function Tabs({
  tabs,
  shown,
  show,
  children,
}: {
  tabs: readonly Tab[];
  shown: string;
  show: (name: string) => void;
  children: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  useKeys(Object.fromEntries(tabs.map(({ name }, index) => [String(index + 1), () => show(name)])));
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.findIndex(({ name }) => name === shown);
    const next = by === undefined ? undefined : tabs[(at + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    show(next.name);
    list.current?.querySelector<HTMLElement>(`[id="tab-${next.name}"]`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label="Sections" ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ name, label, count, isUrgent }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === shown}
            aria-controls={name === shown ? 'tab-panel' : undefined}
            tabIndex={name === shown ? 0 : -1}
            title={String(index + 1)}
            onClick={() => show(name)}
          >
            {label}
            {count !== null && (
              <span className={isUrgent ? 'tab-count bad' : 'tab-count'}>{count.toLocaleString('en')}</span>
            )}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${shown}`}>
        {children}
      </div>
    </>
  );
}
