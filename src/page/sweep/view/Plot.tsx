import { useEffect, useRef } from 'preact/hooks';
import { language } from '../../language.ts';
import { isDark } from '../../theme.ts';
import { type Chart, type Option, makeChart } from './charts.ts';
import { type Colour, colourAt } from './colours.ts';

interface Props {
  readonly id: string;
  /** What is to be seen, for who cannot see it. */
  readonly label: string;
  /** What is shown; another one is another picture. */
  readonly option: (colour: Colour) => Option;
  /** What is laid over it: series that change often, by their ids. */
  readonly over?: (colour: Colour) => Option;
  /** Called once, to listen to it. */
  readonly onMade?: (chart: Chart) => void;
  /** Called after another picture is shown. */
  readonly onShown?: (chart: Chart) => void;
}

/** A chart. */
export function Plot({ id, label, option, over, onMade, onShown }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const made = useRef<Chart | undefined>(undefined);
  useEffect(() => {
    const { chart, destroy } = makeChart(host.current!);
    made.current = chart;
    onMade?.(chart);
    return destroy;
  }, []);
  useEffect(() => {
    made.current?.setOption(option(colourAt(host.current!)), { notMerge: true });
    onShown?.(made.current!);
  }, [option, isDark.value, language.value]);
  useEffect(() => {
    if (over) made.current?.setOption(over(colourAt(host.current!)));
  }, [option, over, isDark.value, language.value]);
  return <div class="chart" ref={host} {...{ id }} role="img" aria-label={label} />;
}
