#!/usr/bin/env node
// Plain JavaScript that any Node can read: it must be able to say that a Node is too old.
const [major, minor] = process.versions.node.split('.').map(Number);
const [command, ...rest] = process.argv.slice(2);

if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(
    `error: hivemind needs Node 22.22 or newer, this is ${process.version} (${process.execPath})\n`,
  );
  process.stderr.write('try: ./install.sh, which brings a Node of its own\n');
  process.exit(1);
}

// Agents start these two often and by the dozen: they load nothing but themselves.
if (command === 'hook') {
  const { run } = await import('../dist/wire/hook-client.js');
  run(rest);
} else if (command === 'mcp') {
  const { run } = await import('../dist/wire/mcp-pipe.js');
  await run(rest);
} else if (command === 'complete-words') {
  const [{ run }, { fileURLToPath }] = await Promise.all([
    import('../dist/cli/completion/words.js'),
    import('node:url'),
  ]);
  await run(rest, fileURLToPath(new URL('..', import.meta.url)));
} else if ((command === '--version' || command === '-v') && rest.length === 0) {
  await printVersion();
} else {
  await runCommand();
}

async function printVersion() {
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const { platform, arch } = process;
  process.stdout.write(`hivemind/${version} ${platform}-${arch} node-${process.version}\n`);
}

async function runCommand() {
  // A developer's NODE_ENV would make oclif look for TypeScript sources and React run its slow build.
  process.env.NODE_ENV = 'production';
  const { keepCompiledCode } = await import('../dist/wire/compiled-code.js');
  keepCompiledCode();
  const { fileURLToPath } = await import('node:url');
  const { run } = await import('../dist/cli/main.js');
  await run(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)));
}
