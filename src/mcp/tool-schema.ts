import { z } from 'zod';
import type { Operation } from '../schema/operation.ts';
import { operations } from '../schema/operations/index.ts';
import type { Tool, ToolAction } from '../schema/tools/tool.ts';

/** The part of JSON Schema that tools need. */
export interface FieldSchema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: FieldSchema;
  properties?: Record<string, FieldSchema>;
  required?: string[];
  anyOf?: FieldSchema[];
}

export interface ObjectSchema {
  type: 'object';
  properties: Record<string, FieldSchema>;
  required?: string[];
}

export interface OutputSchema {
  type: 'object';
  patternProperties: Record<string, FieldSchema>;
  required: string[];
}

export const operationOf = ({ operation }: ToolAction): Operation => operations[operation];

const inputShape = (operation: Operation): Record<string, z.ZodType> =>
  (operation.input as z.ZodObject).shape as Record<string, z.ZodType>;

/** Whether the operation has to be given this field. */
const isRequired = (operation: Operation, field: string): boolean =>
  inputShape(operation)[field]?.safeParse(undefined).success === false;

/** Type and choices; how long or large it may be is told by the error of what is too large. */
function typeOf(type: z.ZodType, io: 'input' | 'output'): FieldSchema {
  const {
    type: name,
    enum: options,
    items,
    anyOf,
  } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
  }) as FieldSchema;
  if (anyOf !== undefined) {
    const types = [...new Set(anyOf.flatMap((one) => one.type ?? []))].filter((one) => one !== 'null');
    return types.length === 0 ? {} : { type: types.length === 1 ? (types[0] ?? 'string') : types };
  }
  return {
    ...(name === undefined ? {} : { type: name }),
    ...(options === undefined ? {} : { enum: options }),
    ...(items?.type === undefined
      ? {}
      : { items: { type: items.type, ...(items.enum && { enum: items.enum }) } }),
  };
}

/** What fits either of two fields of one name. */
function either(one: FieldSchema | undefined, other: FieldSchema): FieldSchema {
  if (one === undefined) return other;
  const options = one.enum && other.enum ? [...new Set([...one.enum, ...other.enum])] : undefined;
  const types = [...new Set([one.type ?? [], other.type ?? []].flat())];
  return {
    ...one,
    ...(types.length === 0 ? {} : { type: types.length === 1 ? (types[0] ?? 'string') : types }),
    ...(options === undefined ? {} : { enum: options }),
  };
}

const said = (description: string): { description?: string } => (description === '' ? {} : { description });

/** Input of a tool: `action`, and every field of its operations that an agent may give. */
export function toolInput(tool: Tool): ObjectSchema {
  const actions = Object.entries(tool.actions);
  const isChosen = actions.length > 1 && actions.every(([, { when }]) => when === undefined);
  const properties: Record<string, FieldSchema> = {};
  if (isChosen)
    properties.action = {
      type: 'string',
      enum: actions.map(([name]) => name),
      ...said(actions.flatMap(([name, { says }]) => (says === '' ? [] : [`${name}: ${says}`])).join('; ')),
    };
  for (const [, action] of actions) {
    const shape = inputShape(operationOf(action));
    for (const [name, field] of Object.entries(action.fields)) {
      const type = shape[field];
      if (type === undefined) continue;
      const { description: _operations, ...schema } = either(properties[name], typeOf(type, 'input'));
      properties[name] = { ...schema, ...said(tool.fields?.[name] ?? type.description ?? '') };
    }
  }
  const required = requiredFields(tool, isChosen && tool.usual === undefined);
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

/** Fields that every action needs; an id that chooses the action is always needed. */
function requiredFields(tool: Tool, needsAction: boolean): string[] {
  const actions = Object.values(tool.actions);
  if (actions.some(({ when }) => when !== undefined)) return ['id'];
  const [first, ...others] = actions.map((action) => neededFields(action));
  const shared = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
  return needsAction ? ['action', ...shared] : shared;
}

/** The tool's fields without which this action cannot be done. */
export const neededFields = (action: ToolAction): string[] =>
  Object.entries(action.fields).flatMap(([name, field]) =>
    isRequired(operationOf(action), field) ? [name] : [],
  );

/**
 * Output of a tool: the fields of its operations' outputs, as far as their names and types; by pattern, so that a type is
 * written once for all its fields.
 */
export function toolOutput(tool: Tool): OutputSchema {
  const types: Record<string, FieldSchema> = {};
  for (const action of Object.values(tool.actions))
    for (const [name, type] of Object.entries(outputShape(action)))
      types[name] = either(types[name], topOf(type));
  const byType = Map.groupBy(Object.keys(types), (name) => JSON.stringify(types[name]));
  const patterns = [...byType].map(([type, names]) => [
    `^(${names.join('|')})$`,
    JSON.parse(type) as FieldSchema,
  ]);
  return { type: 'object', patternProperties: Object.fromEntries(patterns), required: ['about'] };
}

/** Fields of an action's answer, a picked row among them. */
function outputShape(action: ToolAction): Record<string, z.ZodType> {
  const shape = (operationOf(action).output as z.ZodObject).shape as Record<string, z.ZodType>;
  const given = action.gives.flatMap((name) =>
    shape[name] === undefined ? [] : [[name, shape[name]] as const],
  );
  return Object.fromEntries(
    action.pick === undefined ? given : [...given, [action.pick.as, z.record(z.string(), z.unknown())]],
  );
}

/** The type alone: what is in a list or an object is said by the reference. */
function topOf(type: z.ZodType): FieldSchema {
  const json = z.toJSONSchema(type, { io: 'output', unrepresentable: 'any' }) as FieldSchema;
  const types = [...new Set((json.anyOf ?? [json]).flatMap((one) => one.type ?? []))];
  if (types.length === 0) return {};
  return { type: types.length === 1 ? (types[0] ?? 'string') : types };
}

/** The tool as `tools/list` gives it. */
export function listedTool(name: string, tool: Tool): Record<string, unknown> {
  const writes = Object.values(tool.actions).some((action) => operationOf(action).writes);
  return {
    name,
    description: tool.says,
    inputSchema: toolInput(tool),
    outputSchema: toolOutput(tool),
    annotations: {
      readOnlyHint: !writes,
      destructiveHint: writes && tool.isDestructive === true,
      // Absent is false, for the protocol as well.
      ...(writes ? {} : { idempotentHint: true }),
      openWorldHint: false,
    },
  };
}
