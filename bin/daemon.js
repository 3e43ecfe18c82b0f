#!/usr/bin/env node
// The background process; started by the client that needs it, not by hand.
process.env.LANCEDB_LOG ??= 'error';
const { keepCompiledCode } = await import('../dist/wire/compiled-code.js');
keepCompiledCode();
const { runDaemon, runStoreJob } = await import('../dist/run/daemon.js');
if (process.argv[2] === 'store-job') {
  await runStoreJob();
} else {
  process.exit(await runDaemon());
}
