import { type RecordKind, recordFields } from './bodies/record.ts';

/** How a person gives a value of a field: one of some, text as it is typed, or JSON. */
export type FieldForm =
  | { form: 'choice'; options: readonly unknown[] }
  | { form: 'text'; emptyIsNull: boolean }
  | { form: 'json' };

/** The part of a zod schema that tells what it takes. */
interface Shape {
  def: { type: string; innerType?: Shape };
  options?: readonly unknown[];
}

interface Check {
  safeParse(value: unknown): { success: boolean; error?: { issues: readonly { message: string }[] } };
}

const schemaOf = (kind: RecordKind, field: string): (Shape & Check) | undefined =>
  Object.hasOwn(recordFields[kind].shape, field)
    ? (recordFields[kind].shape as unknown as Record<string, Shape & Check>)[field]
    : undefined;

/** How a value of this field is given; a field of a later version is given as JSON. */
export function fieldForm(kind: RecordKind, field: string): FieldForm {
  let shape: Shape | undefined = schemaOf(kind, field);
  let emptyIsNull = false;
  while (shape?.def.innerType !== undefined) {
    emptyIsNull ||= shape.def.type === 'nullable';
    shape = shape.def.innerType;
  }
  if (shape?.def.type === 'enum') return { form: 'choice', options: shape.options ?? [] };
  if (shape?.def.type === 'boolean') return { form: 'choice', options: [false, true] };
  return shape?.def.type === 'string' ? { form: 'text', emptyIsNull } : { form: 'json' };
}

/** What is wrong with `value` for this field; null when nothing is. */
export function fieldProblem(kind: RecordKind, field: string, value: unknown): string | null {
  const checked = schemaOf(kind, field)?.safeParse(value);
  if (checked === undefined || checked.success) return null;
  return checked.error?.issues[0]?.message ?? 'it is no value of this field';
}
