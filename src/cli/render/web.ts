import type { OutputOf } from '../../schema/operation.ts';
import { plural } from './size.ts';

/** The address stands alone on its line, so that a terminal makes a link of it. */
export const renderWebOpened = ({ url }: OutputOf<'web.open'>): string => url;

export const renderWeb = ({ url, pages }: OutputOf<'web.status'>): string =>
  url === null
    ? 'The page is not served. hivemind web opens it.'
    : `The page is served at ${url} to ${plural(pages, 'browser')}. hivemind web lets another one in.`;
