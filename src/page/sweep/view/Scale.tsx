import { inLanguage } from '../../language.ts';
import { report, range } from '../state/store.ts';
import { formatValue } from './numbers.ts';
import { shades } from './scatterOption.ts';

const sentences = {
  en: { colour: (name: string) => `Colour: ${name}` },
  tr: { colour: (name: string) => `Renk: ${name}` },
};

/** What the colours of trials say: the metric, from the worst to the best. */
export function Scale() {
  const say = inLanguage(sentences);
  const { metric } = report.value!;
  if (!range.value) return null;
  const [least, most] = range.value;
  const [worst, best] = metric.higherIsBetter ? [least, most] : [most, least];
  return (
    <span class="scale">
      <span>{say.colour(metric.name)}</span>
      <span>{formatValue(worst)}</span>
      <span class="shades" aria-hidden="true">
        {shades().map((colour) => (
          <i style={{ background: colour }} />
        ))}
      </span>
      <span>{formatValue(best)}</span>
    </span>
  );
}
