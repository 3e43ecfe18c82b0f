const paths = {
  yes: 'M3.5 8.5l3 3 6-7',
  no: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  open: 'M8 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8z',
  merged: 'M5 3v10M5 8c3 0 6-1 6-4M11 2.5v2',
  talk: 'M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z',
  warn: 'M8 2.5l6 11H2z M8 6.5v3.5 M8 11.8v.4',
  conflict: 'M3.5 6h9M3.5 10h9M10.5 3l-5 10',
  doing: 'M8 3a5 5 0 1 0 5 5M8 5v3l2 1.5',
  blocked: 'M8 3a5 5 0 1 0 0 10a5 5 0 0 0 0-10z M4.7 4.7l6.6 6.6',
  ask: 'M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4 M8 12v.3',
  ready: 'M5 3.5l7 4.5-7 4.5z',
} as const;

export type MarkName = keyof typeof paths;

/** A small picture beside a word that says the same. */
export function Mark({ name, tone = '' }: { name: MarkName; tone?: string }) {
  return (
    <svg className={`mark ${tone}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
