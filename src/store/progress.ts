import type { Progress } from '../schema/operation.ts';

/** Told how far a long piece of work has come. */
export type OnProgress = (progress: Progress) => void;
