import { rules } from '../core/gate.ts';
import { AppError } from '../schema/app-error.ts';
import type { ParsedOf } from '../schema/operation.ts';
import { WorkspaceSettings } from '../schema/records.ts';

/** What a setting is to become, from what was typed. INVALID_ARGUMENT names the values that there are. */
export function settingOf(key: ParsedOf<'workspace.set'>['key'], value: string): Partial<WorkspaceSettings> {
  if (key === 'rules') return { rules: rulesOf(value) };
  if (key === 'resolver') return { resolver: value.trim() };
  if (key === 'brief-tokens') return { 'brief-tokens': tokensOf(value) };
  const schema = WorkspaceSettings.shape[key];
  const parsed = schema.safeParse(value);
  if (parsed.success) return { [key]: parsed.data };
  throw unknownValue(key, value, schema.unwrap().options);
}

function tokensOf(value: string): number {
  const parsed = WorkspaceSettings.shape['brief-tokens'].safeParse(
    /^\d+$/.test(value) ? Number(value) : value,
  );
  if (parsed.success) return parsed.data;
  throw new AppError(
    'INVALID_ARGUMENT',
    `brief-tokens: "${value.slice(0, 100)}" is no number from 200 to 8000`,
    {
      hint: 'hivemind workspace set brief-tokens 1500',
    },
  );
}

function rulesOf(value: string): string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const strange = names.find((name) => !Object.hasOwn(rules, name));
  if (strange !== undefined) throw unknownValue('rules', strange, Object.keys(rules));
  return names;
}

const unknownValue = (key: string, value: string, known: readonly string[]): AppError =>
  new AppError('INVALID_ARGUMENT', `${key}: "${value.slice(0, 100)}" is none of ${known.join(', ')}`, {
    hint: `hivemind workspace set ${key} ${known[0]}`,
  });
