/** Parts of a whole as one bar: the first solid, the second striped, the rest empty. Each is 0 to 1. */
export function ShareBar({ solid, striped = 0 }: { solid: number; striped?: number }) {
  const percent = (share: number): string => `${Math.max(0, Math.min(1, share)) * 100}%`;
  return (
    <span className="share" aria-hidden="true">
      <span className="share-solid" style={{ inlineSize: percent(solid) }} />
      <span className="share-striped" style={{ inlineSize: percent(striped) }} />
    </span>
  );
}
