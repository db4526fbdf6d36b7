/** Shades that are told apart. */
const SHADES = 16;

interface PictureProps {
  /** side x side numbers from 0 to `top`, row by row. */
  readonly pixels: ArrayLike<number>;
  readonly side: number;
  readonly top: number;
  /** What it shows, for those who do not see it; left out where the text beside it says so. */
  readonly label?: string;
}

/** A grey image in the ink of the page: one path for each shade, so that it follows the theme by itself. */
export function Picture({ pixels, side, top, label }: PictureProps) {
  return (
    <svg
      class="picture"
      viewBox={`0 0 ${side} ${side}`}
      shape-rendering="crispEdges"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {shadesOf(pixels, side, top).map(({ shade, path }) => (
        <path key={shade} d={path} fill-opacity={shade / SHADES} />
      ))}
    </svg>
  );
}

/** The pixels of each shade, as the data of an SVG path; without the empty ones. */
function shadesOf(pixels: ArrayLike<number>, side: number, top: number) {
  const paths = new Array<string>(SHADES + 1).fill('');
  for (let i = 0; i < side * side; i++) {
    const shade = Math.round(Math.min(1, Math.max(0, pixels[i] / top)) * SHADES);
    paths[shade] += `M${i % side} ${Math.floor(i / side)}h1v1h-1z`;
  }
  return paths.map((path, shade) => ({ shade, path })).filter(({ shade, path }) => shade && path);
}
