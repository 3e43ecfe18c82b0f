/** Something that events are appended to, as the client process sees it. */
export interface System {
  /** Opens `writers` connections (or what stands for them); the clock does not run yet. */
  open(writers: number): Promise<Writers>;
}

export interface Writers {
  /** Appends the next event or events of one writer; resolves with how many, once they are acknowledged. */
  append(writer: number): Promise<number>;
  close(): Promise<void>;
}

/** What the benchmark asks of its client process. */
export interface Order {
  system: string;
  writers: number;
  durationMs: number;
}

export interface Measured {
  /** Acknowledged events. */
  acked: number;
  seconds: number;
  /** Milliseconds from sending one event (or batch) to its acknowledgement. */
  p50: number;
  p99: number;
  /** Processor time of the client process, in microseconds for each event. */
  clientMicros: number;
}

/** Where the peers listen and keep their files. */
export interface Places {
  hivemind: string;
  postgres: string;
  redis: string;
  /** Folder for what runs inside the client process. */
  scratch: string;
}
