import type { SettingsFile } from './agent.ts';

/** Several parts of ours in one settings file, as the one file that it is. */
export function joinedFile(parts: readonly [SettingsFile, ...SettingsFile[]]): SettingsFile {
  return {
    path: parts[0].path,
    purpose: parts.map(({ purpose }) => purpose).join(', '),
    connect: (text) => {
      const [first, ...rest] = parts;
      return rest.reduce((edited, part) => part.connect(edited), first.connect(text));
    },
    disconnect: (text) => parts.reduceRight<string | null>((edited, part) => part.disconnect(edited), text),
    missing: (text) => parts.flatMap((part) => part.missing(text)),
  };
}
