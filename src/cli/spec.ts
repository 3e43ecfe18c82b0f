import { readFileSync } from 'node:fs';

/** The part of JSON Schema that an input field can use to become a flag. */
export interface FieldSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  items?: FieldSchema;
  /** Of a list: its values have commas, and are given one by one. */
  whole?: boolean;
}

/** One operation as the CLI needs it, without zod: written at build time from the operation table. */
export interface OperationSpec {
  name: string;
  /** Words of the command, such as "workspace create". */
  command: string;
  summary: string;
  description?: string;
  positional: string[];
  stamped: string[];
  streams: boolean;
  examples: string[];
  input: { properties: Record<string, FieldSchema>; required: string[] };
}

export type OperationSpecs = Record<string, OperationSpec>;

/** Written by scripts/generate-commands.ts; a run from the sources takes the built one. */
const specFiles = ['./operations.json', '../../dist/cli/operations.json'];

function readSpecs(): OperationSpecs {
  let failure: unknown;
  for (const file of specFiles) {
    try {
      return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as OperationSpecs;
    } catch (error) {
      failure ??= error;
    }
  }
  throw new Error('the table of operations is missing: this installation is incomplete', { cause: failure });
}

let specs: OperationSpecs | undefined;

/** The spec of an operation. Throws when the build did not make it. */
export function specOf(name: string): OperationSpec {
  specs ??= readSpecs();
  const spec = specs[name];
  if (spec === undefined) throw new Error(`operation ${name} has no command: run the build again`);
  return spec;
}
