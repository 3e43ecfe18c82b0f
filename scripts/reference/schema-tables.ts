import { z } from 'zod';
import { Actor, Draft, Event } from '../../src/schema/event.ts';
import { DaemonStatus } from '../../src/schema/operations/daemon.ts';
import { EpisodeCard, Hit } from '../../src/schema/operations/recall.ts';
import { Limit } from '../../src/schema/operations/status.ts';
import { EventSpan, OpeningRepairs, Verification } from '../../src/schema/operations/store.ts';
import { RepositoryIdentity, Session, Workspace } from '../../src/schema/records.ts';

/** Shapes that several operations share: described once, linked elsewhere. */
export const shapes: Readonly<Record<string, z.ZodType>> = {
  Actor,
  DaemonStatus,
  Draft,
  EpisodeCard,
  Event,
  EventSpan,
  Hit,
  Limit,
  OpeningRepairs,
  RepositoryIdentity,
  Session,
  Verification,
  Workspace,
};

const nameOf = new Map<unknown, string>(Object.entries(shapes).map(([name, shape]) => [shape, name]));

/** The part of JSON Schema that zod writes for our tables. */
interface Schema {
  type?: string | string[];
  shape?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
}

/** JSON Schema of `type`, in which a shared shape is only named; `type` itself is always written out. */
function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const name = nameOf.get(zodSchema);
      if (name === undefined || nameOf.get(type) === name) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      Object.assign(jsonSchema, { shape: name });
    },
  }) as Schema;
}

/** Makes a text safe in a cell of a Markdown table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const link = (name: string): string => `[${name}](shapes.md#${name.toLowerCase()})`;

const isSafeBound = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) !== Number.MAX_SAFE_INTEGER;

function range(least: number | undefined, most: number | undefined, unit = ''): string {
  const from = isSafeBound(least) ? least : undefined;
  const to = isSafeBound(most) ? most : undefined;
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return from === 0 ? '' : ` of ${from} or more${unit}`;
  return from === undefined || from === 0 ? ` up to ${to}${unit}` : ` of ${from} to ${to}${unit}`;
}

/** `^evt_[0-9a-f]{32}$` in words. */
function idName(pattern: string | undefined): string | undefined {
  const [, prefix, digits] = /^\^([a-z]*_?)\[0-9a-f\]\{(\d+)\}\$$/.exec(pattern ?? '') ?? [];
  if (digits === undefined) return undefined;
  return prefix ? `\`${prefix}\` and ${digits} hex digits` : `${digits} hex digits`;
}

/** The type of a field, in words. */
export function typeName(schema: Schema): string {
  if (schema.shape !== undefined) return link(schema.shape);
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' or ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeName({ ...schema, type })).join(' or ');
  switch (schema.type) {
    case undefined:
      return 'anything';
    case 'array':
      return `list of ${typeName(schema.items ?? {})}`;
    case 'object':
      return objectName(schema);
    case 'integer':
    case 'number':
      return `${schema.type}${range(schema.minimum, schema.maximum)}`;
    case 'string':
      return idName(schema.pattern) ?? `string${range(schema.minLength, schema.maxLength, ' characters')}`;
    default:
      return schema.type;
  }
}

function objectName({ properties, additionalProperties }: Schema): string {
  if (properties !== undefined) return 'object';
  const isMap = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
  return isMap ? `map of ${typeName(additionalProperties)}` : 'object of anything';
}

export interface Field {
  /** Path below the object: `cards[].hits`. */
  path: string;
  type: string;
  required: boolean;
  /** As JSON; empty when there is none. */
  fallback: string;
  description: string;
}

/** Fields of an object, those of nested objects after their own: a list is `name[]`, a map `name.*`. */
function fieldsOf(schema: Schema, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix + name;
    const own = {
      path,
      type: typeName(field),
      required: schema.required?.includes(name) ?? false,
      fallback: field.default === undefined ? '' : JSON.stringify(field.default),
      description: field.description ?? '',
    };
    return [own, ...nestedFields(field, path)];
  });
}

function nestedFields(field: Schema, path: string): Field[] {
  if (field.shape !== undefined) return [];
  if (field.type === 'array' && field.items?.properties !== undefined)
    return fieldsOf(field.items, `${path}[].`);
  if (field.properties !== undefined) return fieldsOf(field, `${path}.`);
  if (typeof field.additionalProperties === 'object')
    return fieldsOf(field.additionalProperties, `${path}.*.`);
  const forms = (field.anyOf ?? [])
    .map((option) => nestedFields(option, path))
    .filter(({ length }) => length > 0);
  if (forms.length < 2) return forms.flat();
  return forms.flatMap((form, index) => form.map((nested) => inForm(nested, index + 1)));
}

/** A field of one of several forms that an object may have. */
const inForm = (field: Field, form: number): Field => ({
  ...field,
  required: false,
  description: `form ${form}${field.required ? '' : ', optional'}${field.description === '' ? '' : `: ${field.description}`}`,
});

export const inputFields = (type: z.ZodType): Field[] => fieldsOf(schemaOf(type, 'input'), '');
export const outputFields = (type: z.ZodType): Field[] => fieldsOf(schemaOf(type, 'output'), '');

/** The name of a shared shape; undefined for any other type. */
export const shapeName = (type: z.ZodType): string | undefined => nameOf.get(type);

/** A table of what is given: type, default and meaning of each field. */
export function inputTable(fields: readonly Field[]): string {
  if (fields.length === 0) return 'None.';
  const rows = fields.map(({ path, type, required, fallback, description }) => [
    `\`${path}\``,
    type,
    required ? 'required' : fallback === '' ? '' : `\`${fallback}\``,
    description,
  ]);
  return table(['field', 'type', 'default', 'meaning'], rows);
}

/** A table of what comes back; a field that may be absent is marked. */
export function outputTable(fields: readonly Field[]): string {
  if (fields.length === 0) return 'None.';
  const rows = fields.map(({ path, type, required, description }) => [
    `\`${path}\``,
    required ? type : `${type}, optional`,
    description,
  ]);
  return table(['field', 'type', 'meaning'], rows);
}

export { link as shapeLink };
