#!/usr/bin/env node
// The background process; started by the client that needs it, not by hand.
process.env.LANCEDB_LOG ??= 'error';
const { runDaemon, runUpkeep } = await import('../dist/main.js');
if (process.argv[2] === 'upkeep') {
  await runUpkeep(process.argv[3]);
} else {
  process.exit(await runDaemon());
}
