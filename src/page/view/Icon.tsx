/** Paths of a square of 20; those in `filled` are filled. */
const PATHS = {
  play: { filled: ['M6 3.8v12.4l10-6.2Z'] },
  pause: { filled: ['M5 4h3.4v12H5ZM11.6 4H15v12h-3.4Z'] },
  step: { filled: ['M4 3.8v12.4l8.5-6.2ZM13.6 4H16v12h-2.4Z'] },
  reset: { lines: ['M4 3.8v4.6h4.6', 'M4.5 8.2a6.2 6.2 0 1 1-.5 3.6'] },
  undo: { lines: ['M7.5 4.5 4 8l3.5 3.5', 'M4 8h7.5a4 4 0 0 1 0 8H9'] },
  link: {
    lines: [
      'M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.5-2.5A3.2 3.2 0 0 0 11 4.4L9.9 5.5',
      'M11.5 8.5a3.2 3.2 0 0 0-4.6 0L4.4 11a3.2 3.2 0 0 0 4.6 4.6l1.1-1.1',
    ],
  },
  theme: {
    lines: ['M10 3.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13Z'],
    filled: ['M10 3.5a6.5 6.5 0 0 1 0 13Z'],
  },
  down: { lines: ['M10 3.5v9', 'M6.2 9 10 12.8 13.8 9', 'M4 16.5h12'] },
  plus: { lines: ['M10 4.5v11M4.5 10h11'] },
  minus: { lines: ['M4.5 10h11'] },
  file: { lines: ['M5 3.5h6l4 4v9H5Z', 'M11 3.5v4h4', 'M10 14v-4M8.2 11.7 10 9.9l1.8 1.8'] },
  check: { lines: ['M4.5 10.5 8.5 14.5 15.5 6'] },
  close: { lines: ['M5 5l10 10M15 5L5 15'] },
} as const satisfies Record<string, { lines?: readonly string[]; filled?: readonly string[] }>;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  const { lines = [], filled = [] }: { lines?: readonly string[]; filled?: readonly string[] } = PATHS[name];
  return (
    <svg class="icon-svg" viewBox="0 0 20 20" aria-hidden="true">
      {filled.map((d) => (
        <path class="filled" d={d} />
      ))}
      {lines.map((d) => (
        <path d={d} />
      ))}
    </svg>
  );
}
