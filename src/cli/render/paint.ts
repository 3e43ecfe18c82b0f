import { styleText } from 'node:util';

type Style = (text: string) => string;

/** The few styles that output uses; every one leaves the text alone where colour is not wanted. */
export interface Paint {
  bold: Style;
  dim: Style;
  red: Style;
  green: Style;
  yellow: Style;
  cyan: Style;
}

const same: Style = (text) => text;

export const plainPaint: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

const style =
  (format: keyof Paint): Style =>
  (text) =>
    text === '' ? '' : styleText(format, text, { validateStream: false });

export const colourPaint: Paint = {
  bold: style('bold'),
  dim: style('dim'),
  red: style('red'),
  green: style('green'),
  yellow: style('yellow'),
  cyan: style('cyan'),
};

/** Whether `stream` wants colour: https://no-color.org, https://force-color.org, a terminal that can. */
export function wantsColour(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

export const paintFor = (stream: { isTTY?: boolean }, env: Record<string, string | undefined>): Paint =>
  wantsColour(stream, env) ? colourPaint : plainPaint;
