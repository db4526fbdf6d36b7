import type { Palette, Rgb } from './draw/colours.ts';
import { isDark } from './theme.ts';

/** Blue and orange of the two sides, and what lies between; and nine colours that can be told apart for classes. */
const COLOURS = {
  light: { neg: '#efae75', mid: '#f4f2ee', pos: '#8fb8e6', paper: '#faf9f6' },
  dark: { neg: '#b96a26', mid: '#1d2024', pos: '#2f6fb5', paper: '#121417' },
};
const DOTS = {
  light: [
    '#b4500a',
    '#1b5fa8',
    '#3d8b37',
    '#8a4fb0',
    '#a8810c',
    '#0f8a8a',
    '#b03060',
    '#5f6b1f',
    '#555b66',
    '#7a4a2b',
  ],
  dark: [
    '#f5a45f',
    '#70b5f8',
    '#7fcf78',
    '#c79bea',
    '#e3c04d',
    '#55c9c9',
    '#f08fb0',
    '#b4c25a',
    '#b3b8c0',
    '#d0a07c',
  ],
};

const rgb = (hex: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;

/** The colour of the dots of a class. */
export function dotOf(index: number): string {
  const dots = DOTS[isDark.value ? 'dark' : 'light'];
  return dots[index % dots.length];
}

/** Of the dot of a target from 0 to 1. */
export function dotOfValue(value: number): string {
  const [low, high] = [rgb(dotOf(0)), rgb(dotOf(1))];
  const mixed = low.map((channel, i) =>
    Math.round(255 * (channel + Math.max(0, Math.min(1, value)) * (high[i] - channel))),
  );
  return `rgb(${mixed.join(' ')})`;
}

/** What the painters paint with. */
export function palette(): Palette {
  const colours = COLOURS[isDark.value ? 'dark' : 'light'];
  const { neg, mid, pos, paper } = colours;
  return {
    ...{ neg: rgb(neg), mid: rgb(mid), pos: rgb(pos), paper: rgb(paper) },
    classes: DOTS[isDark.value ? 'dark' : 'light'].map(rgb),
  };
}
