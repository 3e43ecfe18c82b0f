import { type ReactNode, useEffect } from 'react';

/** The title of a screen, also the browser's; `children` stand beside it. */
export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Hivemind`;
  }, [title]);
  return (
    <header className="heading">
      <h1>{title}</h1>
      {children !== undefined && <div className="heading-more">{children}</div>}
    </header>
  );
}
