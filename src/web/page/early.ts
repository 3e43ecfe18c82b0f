import { greet } from './api.ts';
import { screenAt } from './screens/index.ts';

// The screen's file and who we are are asked for while React is on its way; where that fails, the screen says so.
screenAt(location.pathname)
  ?.file.load()
  .catch(() => undefined);
greet().catch(() => undefined);
void import('./main.tsx');
