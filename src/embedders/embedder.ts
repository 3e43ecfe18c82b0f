/** Documents are what is stored, queries what is asked for: many models want to be told which. */
export type Purpose = 'document' | 'query';

/** Makes vectors of texts. */
export interface Embedder {
  /** Provider, model, revision, dimensions and what is put before documents: vectors of two ids cannot be compared. */
  readonly id: string;
  readonly dims: number;
  /** One vector of length 1 for each text. Rejects with an AppError; a `RefusedText` is about the texts, not the model. */
  embed(texts: readonly string[], purpose: Purpose, signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** What a provider must do; lengths, dimensions and prefixes are seen to for all of them in one place. */
export interface Provider {
  /** What tells this state of the model from a later one of the same name; empty when nobody says. */
  revision(signal?: AbortSignal): Promise<string>;
  /** As many vectors as texts, of any length. A query has somebody waiting, so it is not tried twice. */
  embed(texts: readonly string[], purpose: Purpose, signal?: AbortSignal): Promise<ArrayLike<number>[]>;
  close(): Promise<void>;
}

/** Where providers keep what they need. */
export interface ProviderRoom {
  /** Folder for packages and models that were fetched. */
  directory: string;
  env: Readonly<Record<string, string | undefined>>;
}
