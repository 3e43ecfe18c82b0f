import { claimedText } from '../../core/claims/claimed-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Shown = OutputOf<'claim.list'>['claims'][number];

export function renderClaims({ claims, lost }: OutputOf<'claim.list'>, view: View): string {
  if (claims.length === 0 && lost.length === 0)
    return 'Nobody is editing anything. Begin: hivemind claims take PATH';
  return [
    ...claims.flatMap((claim) => renderClaim(claim, view)),
    ...(lost.length === 0 ? [] : ['', view.paint.bold('Lost')]),
    ...lost.flatMap((claim) => renderClaim(claim, view)),
  ].join('\n');
}

function renderClaim(claim: Shown, view: View): string[] {
  const { paint } = view;
  const head = renderEntry(
    {
      indent: 0,
      lead: claim.isOwn ? '* ' : '  ',
      leadStyle: paint.green,
      text: safeLine(`${claim.holder}: ${claimedText(claim)}`),
      tail: claim.id.slice(-6),
      tailStyle: paint.dim,
    },
    view,
  );
  return [
    ...head,
    ...renderEntry({ indent: 4, text: safeLine(factsOf(claim, view)), style: paint.dim }, view),
  ];
}

function factsOf(claim: Shown, { now }: View): string {
  const end =
    claim.until === null ? [] : [claim.until > now ? `for ${leftText(claim.until - now)}` : 'run out'];
  return [
    `taken ${agoText(claim.createdAt, now)}`,
    ...(claim.state === 'held' ? end : []),
    ...(claim.branchName === null ? [] : [`on ${claim.branchName}`]),
    ...(claim.state === 'held' && claim.standing === 'provisional'
      ? ['provisional: not confirmed by the bucket']
      : []),
    ...(claim.lostTo === null ? [] : [`lost to ${claim.lostTo}`]),
    ...(claim.why === '' ? [] : [`"${claim.why}"`]),
  ].join(', ');
}

const leftText = (ms: number): string => {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min more` : `${Math.round(minutes / 60)} h more`;
};

export const renderClaimTaken = ({ claim, overruled }: OutputOf<'claim.take'>, view: View): string =>
  [
    ...renderClaim(claim, view),
    ...overruled.map((one) =>
      view.paint.yellow(`taken from ${safeLine(one.holder)}: ${safeLine(claimedText(one))}`),
    ),
  ].join('\n');

export const renderReleased = ({ released }: OutputOf<'claim.release'>, view: View): string =>
  released.length === 0
    ? 'You have claimed nothing.'
    : released.map((claim) => `${view.paint.green('Released')} ${safeLine(claimedText(claim))}`).join('\n');
