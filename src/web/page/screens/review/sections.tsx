import { Commits } from './commits.tsx';
import { Conflicts } from './conflicts.tsx';
import { useReview } from './in-review.ts';
import { recordsOf } from './numbers.ts';
import { Records } from './records.tsx';
import { RuledOut } from './ruled-out.tsx';
import { Sessions } from './sessions.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { TalkSection } from './talk.tsx';

/** What there is to look at, one section at a time; the address says which. */
export function Sections({ merge }: { merge: () => void }) {
  const { review, reviewed, settled } = useReview();
  const { changes, conflicts, commits, sessions, reviews } = review;
  const isOpen = conflicts.some(({ id }) => settled[id] === undefined);
  const tabs: Tab[] = [
    { name: 'records', label: 'Records', count: recordsOf(changes).length },
    { name: 'conflicts', label: 'Conflicts', count: conflicts.length, isUrgent: isOpen },
    { name: 'commits', label: 'Commits', count: commits.length },
    { name: 'sessions', label: 'Sessions', count: sessions.length },
    { name: 'ruled-out', label: 'Ruled out', count: null },
    { name: 'talk', label: 'Talk', count: reviews.length },
  ];
  const wanted = reviewed.query.get('tab');
  const fullest = tabs.find(({ count }) => count !== null && count > 0)?.name ?? 'records';
  const shown = tabs.find(({ name }) => name === wanted)?.name ?? fullest;
  return (
    <Tabs tabs={tabs} shown={shown} show={(tab) => reviewed.ask({ tab })}>
      {shown === 'records' && <Records />}
      {shown === 'conflicts' && <Conflicts merge={merge} />}
      {shown === 'commits' && <Commits />}
      {shown === 'sessions' && <Sessions />}
      {shown === 'ruled-out' && <RuledOut />}
      {shown === 'talk' && <TalkSection />}
    </Tabs>
  );
}
