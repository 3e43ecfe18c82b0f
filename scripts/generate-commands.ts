/** Writes dist/cli/operations.json: what the CLI must know of the operation table, so that it need not load zod. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { OperationSpec, OperationSpecs } from '../src/cli/spec.ts';
import type { Operation } from '../src/schema/operation.ts';
import { operations } from '../src/schema/operations/index.ts';

/** The spec of one operation; null when it has no command. */
function specFrom(operation: Operation): OperationSpec | null {
  if (operation.doors.cli === undefined) return null;
  const schema = z.toJSONSchema(operation.input, { io: 'input' }) as Partial<OperationSpec['input']>;
  return {
    name: operation.name,
    command: operation.doors.cli,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    positional: [...(operation.positional ?? [])],
    stamped: [...(operation.stamped ?? [])],
    streams: operation.streams ?? false,
    examples: [...(operation.examples ?? [])],
    input: { properties: schema.properties ?? {}, required: schema.required ?? [] },
  };
}

/** Specs of all operations that have a command, by operation name. */
export function operationSpecs(): OperationSpecs {
  const specs: OperationSpecs = {};
  for (const operation of Object.values(operations) as Operation[]) {
    const spec = specFrom(operation);
    if (spec !== null) specs[operation.name] = spec;
  }
  return specs;
}

if (import.meta.main) {
  const target = fileURLToPath(new URL('../dist/cli/operations.json', import.meta.url));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(operationSpecs()));
}
