/**
 * npm run pictures: makes docs/images from a real run. Agents are played as in the tutorial, in a real repository, with
 * the built program in a home of its own; what the terminal and the page then show is what is kept.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPhotographer } from './pictures/browser.ts';
import { pages, terminals } from './pictures/list.ts';
import { isInPlace } from './pictures/place.ts';
import { setStage } from './pictures/stage.ts';
import { captureTerminal } from './pictures/terminal.ts';
import { terminalSvg } from './pictures/terminal-svg.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const mostBytes = 100_000;

function keep(name: string, content: string | Buffer): void {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { size } = statSync(path);
  console.log(`docs/images/${name}  ${Math.round(size / 1000)} KB`);
  if (size > mostBytes) throw new Error(`${name} takes more than ${mostBytes / 1000} KB`);
}

async function makePictures(wanted: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  const stage = await setStage();
  try {
    for (const act of ['codex has failed', 'all have worked', 'all is merged'] as const) {
      await stage.play(act);
      for (const { name, command, title, about, columns, rows, keys } of terminals.filter(
        (one) => one.act === act && isWanted(one.name),
      )) {
        const screen = { columns, rows, cwd: stage.repository, env: stage.env };
        const text = await captureTerminal(command(stage), screen, keys);
        keep(`${name}.svg`, terminalSvg(text, title ?? `$ ${command(stage)}`, about));
      }
      const shots = pages.filter((one) => one.act === act && isWanted(one.name));
      if (shots.length === 0) continue;
      const photographer = await openPhotographer(await stage.openWeb(), stage.workspace);
      try {
        for (const { name, path, shows, keys = [], width = 1200, height = 750 } of shots)
          for (const scheme of ['light', 'dark'] as const)
            keep(
              `${name}-${scheme}.webp`,
              await photographer.take({ path: path(stage), scheme, width, height, shows, keys }),
            );
      } finally {
        await photographer.close();
      }
    }
  } finally {
    await stage.strike();
  }
}

if (isInPlace()) await makePictures(process.argv.slice(2));
