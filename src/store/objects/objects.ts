export interface Inspected {
  key: string;
  sizeBytes: number;
  /** Epoch milliseconds by the clock of the place, not of this machine; a bucket may give whole seconds. */
  modifiedAt: number;
}

/** A flat space of small immutable objects, in a local directory or under a prefix of a bucket. Keys are `a/b.json`: lower-case letters, digits, `-`, `_`, `.` and `/`. */
export interface Objects {
  /** The directory or s3:// address, for messages. */
  place: string;
  /** Null when there is no such object. */
  get(key: string): Promise<Buffer | null>;
  /** Creates the object, durably; false when there is one of that key already, which is then left as it is. Atomic among all writers. */
  putIfAbsent(key: string, content: Buffer): Promise<boolean>;
  /** Keys that begin with `prefix`, in order of their bytes. */
  list(prefix: string): Promise<string[]>;
  /** The same, with what is known of each. */
  inspect(prefix: string): Promise<Inspected[]>;
  /** Nothing happens when there is none. */
  delete(key: string): Promise<void>;
  close(): void;
}
