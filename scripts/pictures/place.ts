import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The home in which everything for the pictures happens; the machine's own is not seen from there. */
export const pictureHome = '/home/dana';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The rest of this script in a place of its own: an empty /home, a user of another name, a machine of another name, so
 * that nothing of the machine that makes the pictures is in them. Linux alone can do that without being root.
 */
const enter = `set -eu
real=$1 node=$2; shift 2
passwd=$(mktemp)
{ echo 'dana:x:0:0:Dana:${pictureHome}:/bin/bash'; tail -n +2 /etc/passwd; } > "$passwd"
mount --bind "$passwd" /etc/passwd
rm -f "$passwd"
mount -t tmpfs tmpfs /home
mkdir ${pictureHome}
hostname laptop
cd "$real"
exec env -i HIVEMIND_PICTURES=1 HOME=${pictureHome} PATH="$(dirname "$node"):/usr/local/bin:/usr/bin:/bin" LANG=C.UTF-8 TZ=UTC "$node" "$@"
`;

/** True: this process is in that place. False: another one was, and has ended with `process.exitCode`. */
export function isInPlace(): boolean {
  if (process.env.HIVEMIND_PICTURES === '1') return true;
  for (const path of [root, process.execPath])
    if (path.startsWith('/home/'))
      throw new Error(`${path} is below /home, which is hidden here: copy it elsewhere`);
  const script = process.argv.slice(1);
  const words = [
    '--user',
    '--map-root-user',
    '--mount',
    '--uts',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
  ];
  const done = spawnSync('unshare', [...words, 'sh', '-c', enter, 'sh', root, process.execPath, ...script], {
    stdio: 'inherit',
  });
  if (done.error !== undefined)
    throw new Error(`pictures are made on Linux alone, by unshare: ${done.error.message}`);
  process.exitCode = done.status ?? 1;
  return false;
}
