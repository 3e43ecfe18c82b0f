import { redactionRules, redactionVersion } from '../../src/core/redact.ts';
import { table } from './schema-tables.ts';

const intro = `# Redaction

Text, paths and body of every event go through these rules, in this order and until nothing changes, before the event can reach a disk. What a rule finds is replaced by \`[redacted:RULE:MARK]\`, where the mark is eight hex digits that are the same for the same secret on this machine ([why](../adr/0016-marks-and-versions-of-redaction.md)). In structured data a string under a key that is named like a secret (\`password\`, \`apiKey\`, \`client-secret\`) is masked as a whole, as \`[redacted:field:MARK]\`.

This is version ${redactionVersion} of the rules; every event carries the version that it went through, and \`hivemind scan\` looks at what is stored with these.

One folder holds payloads before they are redacted: the spool. A hook writes its payload there, the daemon takes it in, and the file is deleted; while the daemon does not answer, the files stay. Payloads that do not say where they belong are moved to its folder \`unplaced\`, which keeps the last hundred; those that the daemon could not take in to \`refused\`, which keeps the last hundred as well. The spool is readable by you alone, and bounded: [Privacy](../guides/privacy.md).

Rules find known forms of secrets and values that are assigned to secret-like names. A secret in a form that nobody has described, in the middle of prose, is not found.`;

/** docs/reference/redaction.md. */
export function redactionPage(): string {
  const rows = redactionRules.map(({ name, summary }) => [`\`${name}\``, summary]);
  return [intro, table(['rule', 'what it masks'], rows)].join('\n\n');
}
