import type { Location } from '../location.ts';
import { openLocalObjects } from './local.ts';
import type { Objects } from './objects.ts';
import { openS3Objects } from './s3.ts';

/** The objects beside the tables at `location`. Reaches nothing yet: the first request does. */
export const openObjects = async (location: Location): Promise<Objects> =>
  location.kind === 'local' ? openLocalObjects(location.directory) : openS3Objects(location);
