/** Programs that do nothing but test or check. */
const TESTERS = new Set(
  `vitest jest mocha ava pytest tox nox rspec phpunit ctest playwright cypress karma tsc vue-tsc eslint biome prettier
  ruff mypy pyright flake8 pylint clippy golangci-lint shellcheck stylelint rubocop phpstan`.split(/\s+/),
);
/** Programs that do what their arguments say. */
const BUILDERS = new Set(
  `npm pnpm yarn bun deno cargo go dotnet mix swift make just gradle gradlew mvn mvnw bazel rake composer nx turbo rails
  node python python3 task sbt zig`.split(/\s+/),
);
const TESTING = /(?:^|[:_.-])(?:tests?|check|lint|verify|typecheck|vet|spec|clippy|unittest)(?:$|[:_.-])/;
/** Words in front of the program that is meant. */
const PREFIXES = new Set([
  'time',
  'env',
  'npx',
  'bunx',
  'pnpx',
  'sudo',
  'nice',
  'command',
  'exec',
  'xvfb-run',
  'timeout',
]);
const RUNNERS = new Set(['uv', 'poetry', 'pipenv', 'pnpm', 'yarn', 'bundle', 'hatch', 'rye', 'npm']);
const HANDS_ON = new Set(['run', 'exec', 'dlx', 'x']);
const INTERPRETERS = new Set(['node', 'python', 'python3', 'bun', 'deno', 'ruby', 'sh', 'bash']);

const commandChars = 2_000;
const nameChars = 200;
const outputChars = 20_000;

const HEREDOC = /<<-?\s*['"]?\w/;
const QUOTED = /"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)/gs;
const REDIRECTION = /\s*(?:\d|&)?>{1,2}\s*(?:&\d|\S+)/g;
/** What test programs print of failures and successes, for commands whose exit code is that of something else. */
const FAILED =
  /\b[1-9]\d* (?:tests? |specs? )?(?:failed|failing|failures?|errors?)\b|\bFAIL(?:ED)?\b|^not ok\b|error TS\d+/m;
const PASSED =
  /\b[1-9]\d* (?:tests? |specs? )?(?:passed|passing)\b|\bPASS(?:ED)?\b|^(?:ok|OK)\b|\b0 (?:failed|failures|errors)\b/m;

/** A run of tests or checks, as far as its command, its end and its output say. */
export interface TestRun {
  /** The command without what is not the test: the same for each run of it. */
  name: string;
  passed: boolean;
}

/**
 * The run of tests or checks that a shell command was; null when it was none, or nothing says how it ended. Where the exit
 * code is that of another program (a pipe, a `;`), what was printed decides.
 */
export function testRunOf(command: string, { ok, output }: { ok: boolean; output: string }): TestRun | null {
  // What follows << is no command, and neither is what stands in quotes.
  const [before = ''] = command.slice(0, commandChars).split(HEREDOC, 1);
  const said = before.replace(QUOTED, (text) => text.replace(/[&|;\n<>]/g, ' '));
  const parts = said.split(/(&&|\|\||;|\n|\|)/);
  const segments = parts
    .filter((_, index) => index % 2 === 0)
    .map((part) => part.replace(REDIRECTION, '').trim());
  const tests = segments.filter(isTest);
  if (tests.length === 0) return null;
  const name = tests.join(' && ').replace(/\s+/g, ' ').slice(0, nameChars);
  const last = segments.lastIndexOf(tests.at(-1) ?? '');
  const joints = parts.filter((_, index) => index % 2 === 1).slice(last);
  const isExitOurs =
    joints.every((joint) => joint === '&&') || (/\bpipefail\b/.test(said) && !joints.includes(';'));
  if (isExitOurs) return { name, passed: ok };
  const end = output.slice(-outputChars);
  if (!ok || FAILED.test(end)) return { name, passed: false };
  return PASSED.test(end) ? { name, passed: true } : null;
}

/** Whether one command, without its pipes, runs tests or checks. */
function isTest(segment: string): boolean {
  const words = withoutPrefix(segment.split(/\s+/).filter((word) => word !== ''));
  const [first = '', second = ''] = words;
  // The shell's own `test -f` is none.
  if (first === 'test' || first === '[') return false;
  const program = programOf(first);
  const script = INTERPRETERS.has(program) && !second.startsWith('-') ? programOf(second) : program;
  const isScript = /[/.]/.test(first) || script !== program;
  if (TESTERS.has(script) || (isScript && /^(?:run[-_]?)?tests?$/.test(script))) return isRun(words);
  if (!BUILDERS.has(program)) return false;
  return words.slice(1, 5).some((word) => TESTING.test(word.replace(/^-+/, ''))) && isRun(words);
}

/** `npm install vitest` and `jest --version` run nothing, and `biome check --write` writes. */
const isRun = (words: readonly string[]): boolean =>
  !words.slice(0, 4).some((word) => NO_RUN.test(word)) &&
  !words.some((word) => /^(?:--write|--fix|--apply|-w|fmt|format)$/.test(word));

const NO_RUN = /^(?:install|add|i|remove|uninstall|--version|--help|-h|view|why)$/;

function withoutPrefix(words: string[]): string[] {
  let rest = words;
  for (let taken = 0; taken < 6; taken += 1) {
    const [first = '', second = ''] = rest;
    if (/^\w+=/.test(first)) rest = rest.slice(1);
    else if (first === 'timeout') rest = rest.slice(2);
    else if (PREFIXES.has(first) || /^-/.test(first)) rest = rest.slice(1);
    else if (RUNNERS.has(first) && HANDS_ON.has(second) && TESTERS.has(programOf(rest[2] ?? '')))
      rest = rest.slice(2);
    else break;
  }
  return rest;
}

/** `node_modules/.bin/vitest.mjs` is vitest. */
const programOf = (word: string): string =>
  (word.split('/').at(-1) ?? '').replace(/\.(?:m?js|cjs|ts|py|sh|cmd|exe)$/, '');
