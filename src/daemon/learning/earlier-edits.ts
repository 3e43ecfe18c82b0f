import type { Step } from '../../core/attempts/step.ts';

const mostChanges = 5_000;
const mostOfOne = 4;

/** The edits that were made last, by what they changed, so that one which turns another around is recognised. */
export class EditIndex {
  #byChange = new Map<string, Step[]>();

  add(step: Step): void {
    const change = step.kind === 'edit' && step.status === 'ok' ? step.change : null;
    if (change === null) return;
    const known = this.#byChange.get(change) ?? [];
    this.#byChange.delete(change);
    this.#byChange.set(change, [...known.filter(({ id }) => id !== step.id), step].slice(-mostOfOne));
    for (const oldest of this.#byChange.keys()) {
      if (this.#byChange.size <= mostChanges) break;
      this.#byChange.delete(oldest);
    }
  }

  of(change: string): readonly Step[] {
    return this.#byChange.get(change) ?? [];
  }
}
