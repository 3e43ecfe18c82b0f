import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram, HookHome, linkShell, runHook } from './hook-peer.ts';

const FINAL = /^\d{13}\.claude-code\.PostToolUse\.[0-9a-f-]{32,36}\.hook$/;
const payload = JSON.stringify({
  session_id: 's1',
  cwd: '/home/dev/parser',
  tool_use_id: 'toolu_1',
  note: 'naïve ☂',
});
const MEGABYTE = 1024 * 1024;

for (const shell of ['dash', 'bash']) {
  const program = findProgram(shell);
  describe(`hook.sh under ${shell}`, () => {
    let home: HookHome;
    let shellFolder: string;

    beforeEach((context) => {
      if (!program || !findProgram('curl')) context.skip(`${shell} or curl is not on this machine`);
      home = new HookHome();
      shellFolder = linkShell(program ?? '');
    });
    afterEach(() => {
      home?.remove();
      if (shellFolder) rmSync(shellFolder, { recursive: true, force: true });
    });

    const env = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
      PATH: `${shellFolder}:${process.env.PATH}`,
      HIVEMIND_HOME: home.path,
      ...extra,
    });
    const run = (args: string[], input: string | Buffer = payload, extra: NodeJS.ProcessEnv = {}) =>
      runHook(shellFolder, args, input, env(extra));
    const silent = { code: 0, stdout: '', stderr: '' };
    const drained = () => expect.poll(() => home.spooled(), { timeout: 15_000 }).toEqual([]);

    it('posts what an observing event says and prints nothing', async () => {
      await home.serve((_, response) => response.end('not for the agent'));
      expect(await run(['claude-code', 'PostToolUse'])).toMatchObject(silent);
      await drained();
      expect(home.received).toHaveLength(1);
      const [sent] = home.received;
      expect(sent?.body.toString()).toBe(payload);
      expect(sent?.url.pathname).toBe('/v1/op/capture.hook');
      expect(sent?.url.searchParams.get('agent')).toBe('claude-code');
      expect(sent?.url.searchParams.get('event')).toBe('PostToolUse');
      expect(sent?.url.searchParams.get('delivery')).toMatch(/^[0-9a-f-]{32,36}$/);
      expect(Number(sent?.url.searchParams.get('at'))).toBeGreaterThan(1_700_000_000_000);
    });

    it('prints the answer to an event that wants context, and sends it once', async () => {
      const answer = '{"hookSpecificOutput":{"additionalContext":"50% of $HOME `x` \\\\n"}}';
      await home.serve((_, response) => response.end(answer));
      expect(await run(['claude-code', 'SessionStart'])).toMatchObject({
        code: 0,
        stdout: `${answer}\n`,
        stderr: '',
      });
      await drained();
      expect(home.received).toHaveLength(1);
    });

    it('asks about a call that is to be made, and keeps nothing of it', async () => {
      await home.serve((_, response) => response.end('{"hookSpecificOutput":{}}'));
      // A machine under load may keep it waiting for longer than it waits: then it is asked again.
      let said = '';
      for (let times = 0; times < 10 && said === ''; times += 1) {
        const { code, stdout, stderr } = await run(['claude-code', 'PreToolUse']);
        expect([code, stderr]).toEqual([0, '']);
        said = stdout;
      }
      expect(said).toBe('{"hookSpecificOutput":{}}\n');
      expect(home.received[0]?.body.toString()).toBe(payload);
      expect(home.spooled()).toEqual([]);
    });

    it('asks nobody about a call while the daemon is away, and starts none', async () => {
      const starter = join(home.path, 'starter');
      writeFileSync(starter, `#!/bin/sh\ntouch "${home.path}/started"\n`);
      chmodSync(starter, 0o755);
      const big = Buffer.alloc(2 * MEGABYTE, 'a');
      expect(await run(['claude-code', 'PreToolUse'], big, { HIVEMIND_BIN: starter })).toMatchObject(silent);
      expect(home.spooled()).toEqual([]);
      expect(existsSync(join(home.path, 'started'))).toBe(false);
    });

    it('lets a call be made that the daemon is slow to judge, and does not take it for hung', async () => {
      await home.serve(() => {});
      expect(await run(['claude-code', 'PreToolUse'])).toMatchObject(silent);
      expect(existsSync(join(home.path, 'run/hung'))).toBe(false);
      expect(home.spooled()).toEqual([]);
      await home.stop();
      await home.serve((_, response) => response.writeHead(500).end('{"code":"INTERNAL"}'));
      expect(await run(['claude-code', 'PreToolUse'])).toMatchObject(silent);
    });

    it('keeps in the spool, under the same nonce, what the daemon refused', async () => {
      await home.serve((_, response) => response.writeHead(500).end('{"code":"INTERNAL"}'));
      expect(await run(['claude-code', 'UserPromptSubmit'])).toMatchObject(silent);
      await expect.poll(() => home.received.length).toBe(2);
      const [file] = home.spooled();
      for (const { url } of home.received) expect(file).toContain(url.searchParams.get('delivery'));
      expect(readFileSync(join(home.path, 'spool', file ?? ''), 'utf8')).toBe(payload);
    });

    it('spools for an absent daemon and starts it once', async () => {
      const starter = join(home.path, 'starter');
      writeFileSync(
        starter,
        `#!/bin/sh\necho "$*" >>"${home.path}/started"\nwhile [ ! -e "${home.path}/go" ]; do sleep 0.1; done\n`,
      );
      chmodSync(starter, 0o755);
      const runs = await Promise.all(
        Array.from({ length: 5 }, () =>
          run(['claude-code', 'PostToolUse'], payload, { HIVEMIND_BIN: starter }),
        ),
      );
      for (const result of runs) expect(result).toMatchObject(silent);
      await expect.poll(() => home.spooled().every((name) => FINAL.test(name))).toBe(true);
      expect(home.spooled()).toHaveLength(5);
      expect(readFileSync(join(home.path, 'spool', home.spooled()[0] ?? ''), 'utf8')).toBe(payload);
      await expect.poll(() => existsSync(join(home.path, 'started'))).toBe(true);
      writeFileSync(join(home.path, 'go'), '');
      await expect.poll(() => existsSync(join(home.path, 'run/starting'))).toBe(false);
      expect(readFileSync(join(home.path, 'started'), 'utf8')).toBe('daemon start\n');
    });

    it('waits once for a daemon that hangs, then only spools until it answers again', async () => {
      await home.serve(() => {});
      expect(await run(['claude-code', 'SessionStart'])).toMatchObject(silent);
      expect(existsSync(join(home.path, 'run/hung'))).toBe(true);
      await expect.poll(() => home.received.length, { timeout: 15_000 }).toBe(2);
      for (let i = 0; i < 3; i += 1) expect(await run(['claude-code', 'SessionStart'])).toMatchObject(silent);
      await expect.poll(() => home.spooled().filter((name) => name.endsWith('.hook')).length).toBe(4);
      // The one hook that met the hang, and one probe for all that came after it.
      expect(home.received.map(({ url }) => url.pathname)).toEqual([
        '/v1/op/capture.hook',
        '/v1/op/daemon.status',
      ]);

      // Before the end of the server ends the probe, which takes its folder away.
      writeFileSync(join(home.path, 'run/probe/at'), '1000000000\n');
      home.stop();
      await home.serve((_, response) => response.end());
      expect(await run(['claude-code', 'PostToolUse'])).toMatchObject(silent);
      // The hooks before it may still be under way and find the daemon well again; this one must.
      const events = () => home.received.map(({ url }) => url.searchParams.get('event'));
      await expect.poll(events, { timeout: 15_000 }).toContain('PostToolUse');
      expect(existsSync(join(home.path, 'run/hung'))).toBe(false);
    });

    it('prints nothing of what is no HTTP', async () => {
      await home.serveRaw((socket) => socket.end('\u0000\u0001 garbage\r\n\r\n{"additionalContext":"evil"}'));
      expect(await run(['claude-code', 'SessionStart'])).toMatchObject(silent);
      await expect.poll(() => home.spooled().filter((name) => name.endsWith('.hook')).length).toBe(1);
    });

    it('takes any bytes as payload and any words as names', async () => {
      await home.serve((_, response) => response.end());
      const bytes = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) % 256));
      expect(await run(['../../etc/$(id)', 'a b&delivery=1\n#?%2e', 'more'], bytes)).toMatchObject(silent);
      expect(await run([], '')).toMatchObject(silent);
      expect(await run(['x'.repeat(100_000), '☂'], 'x')).toMatchObject(silent);
      await drained();
      await expect.poll(() => home.received.length).toBe(3);
      const seen = home.received.map(({ url: { searchParams }, body }) => [
        ...['agent', 'event'].map((name) => searchParams.get(name)),
        body.length,
      ]);
      expect(seen.sort()).toEqual(
        [
          ['etcid', 'abdelivery12e', 4096],
          ['unknown', 'unknown', 0],
          ['x'.repeat(64), 'unknown', 1],
        ].sort(),
      );
      expect(home.received.find(({ body }) => body.length === 4096)?.body.equals(bytes)).toBe(true);
    });

    it('posts the ends of 20 MB, with the size of the whole', async () => {
      const big = Buffer.alloc(20 * MEGABYTE, 'a');
      big.fill('b', 19 * MEGABYTE);
      await home.serve((_, response) => response.end());
      expect(await run(['claude-code', 'PostToolUse'], big)).toMatchObject(silent);
      await drained();
      const [sent] = home.received;
      expect(sent?.url.searchParams.get('bytes')).toBe(String(big.length));
      expect(
        sent?.body.equals(Buffer.concat([big.subarray(0, 8 * MEGABYTE), big.subarray(12 * MEGABYTE)])),
      ).toBe(true);
    });

    it('keeps all of 20 MB in the spool while the daemon is away', async () => {
      const big = Buffer.alloc(20 * MEGABYTE, 'a');
      expect(await run(['claude-code', 'PostToolUse'], big)).toMatchObject(silent);
      await expect.poll(() => home.spooled().filter((name) => FINAL.test(name)).length).toBe(1);
      expect(readFileSync(join(home.path, 'spool', home.spooled()[0] ?? '')).equals(big)).toBe(true);
    });

    it('hands the payload straight to the daemon when the spool cannot be written', async () => {
      rmSync(join(home.path, 'spool'), { recursive: true });
      writeFileSync(join(home.path, 'spool'), 'a file, no folder');
      expect(await run(['claude-code', 'PostToolUse'])).toMatchObject(silent);
      await home.serve((_, response) => response.end('nothing to print'));
      expect(await run(['claude-code', 'PostToolUse'])).toMatchObject(silent);
      expect(home.received.map(({ body }) => body.toString())).toEqual([payload]);
    });

    it('is quiet on a full disk', async (context) => {
      if (!existsSync('/dev/full')) context.skip('this system has no /dev/full');
      // Every file that the hook could make in this spool stands for the full device.
      const folder = mkdtempSync(join(tmpdir(), 'hm-cat-'));
      writeFileSync(join(folder, 'cat'), '#!/bin/sh\nexec /bin/cat "$@" >/dev/full\n');
      chmodSync(join(folder, 'cat'), 0o755);
      expect(
        await run(['claude-code', 'PostToolUse'], payload, { PATH: `${folder}:${env().PATH}` }),
      ).toMatchObject(silent);
      expect(home.spooled()).toEqual([]);
      rmSync(folder, { recursive: true });
    });

    it('does nothing where Hivemind is not installed', async () => {
      const nowhere = join(home.path, 'nowhere');
      expect(
        await run(['claude-code', 'PostToolUse'], 'x'.repeat(MEGABYTE), { HIVEMIND_HOME: nowhere }),
      ).toMatchObject(silent);
      expect(
        await run(['claude-code', 'SessionStart'], payload, { HIVEMIND_HOME: undefined, HOME: undefined }),
      ).toMatchObject(silent);
      expect(
        await run(['claude-code', 'SessionStart'], payload, { HIVEMIND_HOME: undefined, HOME: nowhere }),
      ).toMatchObject(silent);
      expect(existsSync(nowhere)).toBe(false);
    });

    it('spools where there is no curl', async () => {
      await home.serve((_, response) => response.end());
      for (const tool of ['cat', 'date', 'mkdir', 'mv', 'rm', 'wc', 'od', 'tr', 'find']) {
        const found = findProgram(tool);
        if (found) symlinkSync(found, join(shellFolder, tool));
      }
      expect(await run(['claude-code', 'PostToolUse'], payload, { PATH: shellFolder })).toMatchObject(silent);
      await expect.poll(() => home.spooled().filter((name) => FINAL.test(name)).length).toBe(1);
      expect(home.received).toEqual([]);
    });

    it('lets no proxy and no ~/.curlrc come between', async () => {
      writeFileSync(join(home.path, '.curlrc'), 'output = /dev/null\nproxy = "http://127.0.0.1:1"\n');
      await home.serve((_, response) => response.end('{"ok":1}'));
      const proxy = { HOME: home.path, http_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' };
      expect(await run(['claude-code', 'SessionStart'], payload, proxy)).toMatchObject({
        code: 0,
        stdout: '{"ok":1}\n',
      });
    });

    it('finds a socket that had to be put elsewhere', async () => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'hm-run-'));
      writeFileSync(join(home.path, 'run/socket-path'), `${elsewhere}/d.sock\n`);
      await home.serve((_, response) => response.end('{"ok":1}'), join(elsewhere, 'd.sock'));
      expect(await run(['claude-code', 'SessionStart'])).toMatchObject({ code: 0, stdout: '{"ok":1}\n' });
      rmSync(elsewhere, { recursive: true, force: true });
    });

    it('loses nothing when the agent kills its process group', async () => {
      await home.serve((_, response) => response.end());
      const { pid } = await run(['claude-code', 'PostToolUse']);
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // The group is empty: the child is in a session of its own already.
      }
      // Posted, or still there for the daemon to drain.
      await expect.poll(() => home.received.length + home.spooled().length, { timeout: 15_000 }).toBe(1);
    });

    it('makes its files for this user only', async () => {
      mkdirSync(join(home.path, 'fresh'));
      expect(
        await run(['claude-code', 'PostToolUse'], payload, { HIVEMIND_HOME: join(home.path, 'fresh') }),
      ).toMatchObject(silent);
      expect(statSync(join(home.path, 'fresh/spool')).mode & 0o777).toBe(0o700);
    });
  });
}
