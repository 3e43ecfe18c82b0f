import { greet } from './api.ts';
import { screenAt } from './screens/index.ts';
import { wasRefused } from './was-refused.ts';

// What comes before React: the heading stands, and the screen's file and who we are are asked for, while React is on
// its way. Where that fails, the screen says so.
const screen = screenAt(location.pathname);
if (screen !== undefined && !wasRefused()) {
  screen.file.load().catch(() => undefined);
  const heading = document.createElement('h1');
  heading.textContent = screen.title;
  // React puts the frame in its place.
  document.getElementById('first-heading')?.append(heading);
}
greet().catch(() => undefined);
import('./main.tsx').then(({ start }) => start());
