import { isDark } from '../../theme.ts';

/** What a colour of the tokens is here and now: a canvas does not understand light-dark(). */
export type Colour = (name: string) => string;

export const colourAt =
  (element: HTMLElement): Colour =>
  (name) => {
    const swatch = element.parentElement!.appendChild(document.createElement('span'));
    swatch.style.color = `var(${name})`;
    const { color } = getComputedStyle(swatch);
    swatch.remove();
    return color;
  };

/** From the worst to the best: orange, over grey, to blue, as weights have it. */
const STOPS = {
  light: [
    [212, 114, 30],
    [176, 172, 164],
    [27, 95, 168],
  ],
  dark: [
    [233, 144, 66],
    [104, 110, 118],
    [112, 181, 248],
  ],
};
/** As many shades as can be told apart. */
export const SHADES = 9;

/** @param goodness from 0 to 1 */
export const shadeOf = (goodness: number): number => Math.round(goodness * (SHADES - 1));

/** The colour of a shade from 0, the worst. */
export function shadeColour(shade: number): string {
  const stops = STOPS[isDark.value ? 'dark' : 'light'];
  const at = (2 * shade) / (SHADES - 1);
  const low = Math.min(1, Math.floor(at));
  const mixed = stops[low].map((from, i) => Math.round(from + (at - low) * (stops[low + 1][i] - from)));
  return `rgb(${mixed.join(', ')})`;
}
