import { rules } from '../core/gate.ts';
import { AppError } from '../schema/app-error.ts';
import { WorkspaceSettings } from '../schema/records.ts';

/** What a setting is to become, from what was typed. INVALID_ARGUMENT names the values that there are. */
export function settingOf(
  key: 'branching' | 'strategy' | 'rules' | 'resolver' | 'warnings' | 'injection' | 'commits',
  value: string,
): Partial<WorkspaceSettings> {
  if (key === 'rules') return { rules: rulesOf(value) };
  if (key === 'resolver') return { resolver: value.trim() };
  const schema = WorkspaceSettings.shape[key];
  const parsed = schema.safeParse(value);
  if (parsed.success) return { [key]: parsed.data };
  throw unknownValue(key, value, schema.unwrap().options);
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
