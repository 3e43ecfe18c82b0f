import { string as textArgument } from '@oclif/core/args';
import { boolean, integer, string } from '@oclif/core/flags';
import type { ArgInput, FlagInput } from '@oclif/core/interfaces';
import type { FieldSchema, OperationSpec } from './spec.ts';

function booleanFlag(field: FieldSchema) {
  // Neither yes nor no is said: both can be.
  if (field.default === undefined) return boolean({ ...about(field), allowNo: true });
  // A default of true can only be turned off, so its help says --[no-]name.
  return boolean({ ...about(field), allowNo: field.default === true, default: field.default === true });
}

function integerFlag(name: string, field: FieldSchema) {
  return integer({
    ...about(field),
    ...(name === 'limit' ? { char: 'n' as const } : {}),
    ...(field.minimum === undefined ? {} : { min: field.minimum }),
    ...(field.maximum === undefined ? {} : { max: field.maximum }),
    ...(typeof field.default === 'number' ? { default: field.default } : {}),
  });
}

const about = (field: FieldSchema) =>
  field.description === undefined ? {} : { description: field.description };

function textFlag(name: string, field: FieldSchema, required: boolean) {
  const shared = {
    ...about(field),
    required,
    ...(typeof field.default === 'string' ? { default: field.default } : {}),
    ...(name === 'workspace' ? { char: 'w' as const } : {}),
  };
  return string(field.enum === undefined ? shared : { ...shared, options: field.enum.map(String) });
}

function listFlag(field: FieldSchema, required: boolean) {
  const shared = { ...about(field), required, multiple: true, multipleNonGreedy: true } as const;
  return field.whole === true ? string(shared) : string({ ...shared, delimiter: ',' });
}

function flagFrom(name: string, field: FieldSchema, required: boolean): FlagInput[string] {
  switch (field.type) {
    case 'boolean':
      return booleanFlag(field);
    case 'integer':
      return integerFlag(name, field);
    case 'array':
      return listFlag(field, required);
    default:
      return textFlag(name, field, required);
  }
}

/** Flags of an operation: every input field that is neither given by position nor stamped by the door. */
export function flagsOf(spec: OperationSpec): FlagInput {
  const flags: FlagInput = {};
  for (const [name, field] of Object.entries(spec.input.properties)) {
    if (spec.positional.includes(name) || spec.stamped.includes(name) || name === 'cwd') continue;
    // Nobody types an object or a vector: commands that take one read it from a file.
    if (field.type === 'object' || field.items?.type === 'number') continue;
    flags[name] = flagFrom(name, field, spec.input.required.includes(name));
  }
  return flags;
}

/** A sentence need not be quoted: its words are joined again. */
export const isFreeText = (name: string): boolean =>
  ['query', 'text', 'title', 'choice', 'rule', 'approach', 'what', 'comment'].includes(name);

/** Arguments of an operation, in order. */
export function argsOf(spec: OperationSpec): ArgInput {
  const args: ArgInput = {};
  for (const name of spec.positional) {
    const field = spec.input.properties[name] ?? {};
    const required = spec.input.required.includes(name);
    // Without ignoreStdin oclif would read a missing argument from a pipe that is meant for somebody else.
    args[name] = textArgument({
      ...about(field),
      required,
      ignoreStdin: true,
      multiple: isFreeText(name) || field.type === 'array',
    });
  }
  return args;
}
