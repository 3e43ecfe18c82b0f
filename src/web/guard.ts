import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../schema/app-error.ts';

/** What every answer says to the browser. Nothing is loaded from elsewhere, and nothing runs that is not in our files. */
const securityHeaders: Record<string, string> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
  'cache-control': 'no-store',
};

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
}

export const refused = (why: string): AppError =>
  new AppError('PERMISSION_DENIED', why, { hint: 'hivemind web' });

/**
 * Refuses what does not come from our own page, or from a person who has typed or opened the address: a name that was
 * made to lead here (DNS rebinding), and pages of other origins, those of other ports of this machine among them.
 */
export function refuseStrangers({ headers, method }: IncomingMessage, port: number): void {
  const { host = '', origin } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    throw refused('this is not the address of the page');
  if (origin !== undefined && origin !== `http://${host}`)
    throw refused('requests of other pages are refused');
  const site = headers['sec-fetch-site'];
  const isOpened = site === 'none' && method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if (site !== undefined && site !== 'same-origin' && !isOpened)
    throw refused('requests of other pages are refused, links on them too: open the address by itself');
}
