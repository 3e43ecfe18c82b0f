import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { isContent } from '../../../core/records/content.ts';
import { useLive } from '../live.ts';
import { Answer } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { type Reviewed, useReviewed } from '../parts/review-address.ts';
import { useCall } from '../use-call.ts';
import { useKeys } from '../use-keys.ts';
import { useNews } from '../use-news.ts';
import { addressOf } from '../where.tsx';
import { Aside } from './review/aside.tsx';
import { Head, titleOf } from './review/head.tsx';
import { InReviewProvider, type Resolution, type ReviewData } from './review/in-review.ts';
import { MergeDialog, type MergeResult } from './review/merge-dialog.tsx';
import { Merged } from './review/merged.tsx';
import { Sections } from './review/sections.tsx';
import { threadsOf } from './review/threads.ts';
import { VerdictDialog } from './review/verdict-dialog.tsx';
import '../style/parts.css';
import '../style/review.css';
import '../style/review-commits.css';
import '../style/review-records.css';
import '../style/review-talk.css';

type Dialog = 'approve' | 'ask' | 'merge';

/** What a branch would bring, and what is said of it. */
export default function Review() {
  const reviewed = useReviewed();
  const { workspace, name, into } = reviewed;
  // Another branch is another review: nothing of what was typed or settled goes along.
  return <ReviewOf key={JSON.stringify([workspace, name, into])} reviewed={reviewed} />;
}

function ReviewOf({ reviewed }: { reviewed: Reviewed }) {
  const { workspace, name, into } = reviewed;
  const called = useCall('review.show', { workspace, name, into });
  const [hasChanged, setHasChanged] = useState(false);
  useLive({ workspace, branch: name }, (events) => {
    if (events.length === 0 || events.some(isContent)) setHasChanged(true);
  });
  // What is said of it stands on the branch that would take it in.
  useNews({ workspace, branch: into }, /^merge\.reviewed$/, called.refresh);
  const refresh = (): void => {
    setHasChanged(false);
    called.refresh();
  };
  return (
    <>
      <p className="quiet crumbs">
        <Link href={addressOf({ workspace, ...(into === 'main' ? {} : { branch: into }) }, 'review')}>
          Review
        </Link>
      </p>
      <div aria-live="polite">
        {hasChanged && (
          <div className="notice">
            <p>The branch has changed since you opened it.</p>
            <button type="button" onClick={refresh}>
              Show what it is now <kbd>r</kbd>
            </button>
          </div>
        )}
      </div>
      {called.data === null && <Heading title={titleOf(reviewed)} />}
      <Answer called={called}>
        {(review) => <Shown review={review} reviewed={reviewed} refresh={refresh} />}
      </Answer>
    </>
  );
}

function Shown({
  review,
  reviewed,
  refresh,
}: {
  review: ReviewData;
  reviewed: Reviewed;
  refresh: () => void;
}) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [merged, setMerged] = useState<{ result: MergeResult; sessions: ReviewData['sessions'] } | null>(
    null,
  );
  const [resolutions, setResolutions] = useState<Readonly<Record<string, Resolution>>>({});
  const inReview = useMemo(() => {
    const there = new Set(review.conflicts.map(({ id }) => id));
    return {
      review,
      reviewed,
      refresh,
      threads: threadsOf(review.reviews),
      // A conflict whose values have changed is another one.
      settled: Object.fromEntries(Object.entries(resolutions).filter(([id]) => there.has(id))),
      settle: (id: string, how: Resolution | null) =>
        setResolutions(({ [id]: _before, ...others }) => (how === null ? others : { ...others, [id]: how })),
    };
  }, [review, reviewed, refresh, resolutions]);
  const open = (wanted: Dialog): void => {
    if (review.ahead > 0) setDialog(wanted);
  };
  useKeys({ a: () => open('approve'), x: () => open('ask'), m: () => open('merge'), r: refresh });
  const close = (): void => setDialog(null);
  return (
    <InReviewProvider value={inReview}>
      {merged !== null && (
        <Merged workspace={reviewed.workspace} result={merged.result} sessions={merged.sessions} />
      )}
      <Head open={open} />
      <div className="review-body">
        <div className="review-main">
          <Sections merge={() => open('merge')} />
        </div>
        <Aside />
      </div>
      {dialog === 'merge' && (
        <MergeDialog
          onClose={close}
          onMerged={(result) => {
            setMerged({ result, sessions: review.sessions });
            close();
          }}
        />
      )}
      {(dialog === 'approve' || dialog === 'ask') && <VerdictDialog verdict={dialog} onClose={close} />}
    </InReviewProvider>
  );
}
