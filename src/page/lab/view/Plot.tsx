import { useEffect, useRef } from 'preact/hooks';
import { language } from '../../language.ts';
import { isDark } from '../../theme.ts';
import type { Chart, Colour, Option } from './charts.ts';

interface Props {
  readonly id: string;
  /** What is to be seen, for who cannot see it. */
  readonly label: string;
  readonly option: (colour: Colour) => Option;
}

/** A chart; its library is loaded when the first one is shown. */
export function Plot({ id, label, option }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | undefined>(undefined);
  const draw = useRef(() => {});
  draw.current = () => chart.current?.show(option(colourAt(host.current!)));
  useEffect(() => {
    let isGone = false;
    void import('./charts.ts').then(({ makeChart }) => {
      if (isGone) return;
      chart.current = makeChart(host.current!);
      draw.current();
    });
    return () => {
      isGone = true;
      chart.current?.destroy();
    };
  }, []);
  useEffect(() => draw.current(), [option, isDark.value, language.value]);
  return <div class="chart" ref={host} {...{ id }} role="img" aria-label={label} />;
}

/** A canvas does not understand light-dark(). */
const colourAt =
  (element: HTMLElement): Colour =>
  (name) => {
    const swatch = element.parentElement!.appendChild(document.createElement('span'));
    swatch.style.color = `var(${name})`;
    const { color } = getComputedStyle(swatch);
    swatch.remove();
    return color;
  };
