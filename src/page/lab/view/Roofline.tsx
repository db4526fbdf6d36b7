import { useMemo } from 'preact/hooks';
import { inLanguage } from '../../language.ts';
import { formatRatio } from '../../numbers.ts';
import { attempts, draft, roofs, verdict } from '../state/store.ts';
import { formatRateOf } from './numbers.ts';
import { Plot } from './Plot.tsx';
import { type Dot, rooflineOption } from './rooflineOption.ts';

const sentences = {
  en: {
    title: 'Roofline',
    empty: 'A text that is right and timed is drawn here, under what this adapter can do at best.',
    noFlops: 'This kernel computes nothing that is counted as an operation: only its GB/s say something.',
    compute: 'computes at most',
    memory: 'copies at most',
    attempt: 'this text',
    shipped: 'shipped',
    before: 'saved attempts',
    of: (percent: string) => `${percent} % of what the roofs allow here`,
    axes: { x: 'FLOP per byte', y: 'GFLOP/s' },
    plot: (attempt: string, shipped: string, compute: string, memory: string) =>
      `Roofline: this text ${attempt}, shipped ${shipped}; roofs ${compute} and ${memory}`,
  },
  tr: {
    title: 'Çatı çizgisi',
    empty: 'Doğru çıkan ve süresi ölçülen metin, bu donanımın yapabileceği en iyinin altında burada çizilir.',
    noFlops: 'Bu çekirdek işlem sayılan bir şey hesaplamaz: yalnız GB/s’si anlamlıdır.',
    compute: 'en çok hesaplar',
    memory: 'en çok kopyalar',
    attempt: 'bu metin',
    shipped: 'hazır',
    before: 'kayıtlı denemeler',
    of: (percent: string) => `çatıların burada izin verdiğinin %${percent}’i`,
    axes: { x: 'Bayt başına FLOP', y: 'GFLOP/s' },
    plot: (attempt: string, shipped: string, compute: string, memory: string) =>
      `Çatı çizgisi: bu metin ${attempt}, hazır ${shipped}; çatılar ${compute} ve ${memory}`,
  },
};

/** Where the kernel lies under the two roofs of the adapter. */
export function Roofline() {
  const say = inLanguage(sentences);
  const found = verdict.value;
  const timing = found?.kind === 'right' ? found.timing : undefined;
  const top = roofs.value;
  const kernel = draft.value!.kernel;
  const option = useMemo(() => {
    if (!timing || !timing.flops) return undefined;
    const intensity = timing.flops / timing.bytes;
    const before = attempts.value.flatMap(({ draft, result }): Dot[] =>
      draft.kernel === kernel && result.gflops && result.intensity
        ? [{ kind: 'before', intensity: result.intensity, gflops: result.gflops }]
        : [],
    );
    return rooflineOption({
      dots: [
        ...before,
        { kind: 'shipped', intensity, gflops: timing.shipped.gflops },
        { kind: 'attempt', intensity, gflops: timing.attempt.gflops },
      ],
      compute: top?.compute.rate,
      memory: top?.memory.rate,
      axes: say.axes,
    });
  }, [timing, top, attempts.value, kernel, say]);
  const roof =
    top && timing ? Math.min(top.compute.rate, (timing.flops / timing.bytes) * top.memory.rate) : undefined;
  return (
    <section class="roofline" aria-label={say.title}>
      <div class="panel-head">
        <h2>{say.title}</h2>
        {option && (
          <p class="legend">
            <span class="dot attempt">{say.attempt}</span>
            <span class="dot shipped">{say.shipped}</span>
            {attempts.value.length > 0 && <span class="dot before">{say.before}</span>}
          </p>
        )}
      </div>
      {!timing && <p class="note blank">{say.empty}</p>}
      {timing && !timing.flops && <p class="note blank">{say.noFlops}</p>}
      {option && (
        <Plot
          id="roofline"
          option={option}
          label={say.plot(
            formatRateOf(timing!.attempt.gflops, 'GFLOP/s'),
            formatRateOf(timing!.shipped.gflops, 'GFLOP/s'),
            top ? formatRateOf(top.compute.rate, 'GFLOP/s') : '–',
            top ? formatRateOf(top.memory.rate, 'GB/s') : '–',
          )}
        />
      )}
      {top && (
        <dl class="roofs" id="roofs">
          <dt>{say.compute}</dt>
          <dd>{formatRateOf(top.compute.rate, 'GFLOP/s')}</dd>
          <dt>{say.memory}</dt>
          <dd>{formatRateOf(top.memory.rate, 'GB/s')}</dd>
        </dl>
      )}
      {roof !== undefined && timing!.flops > 0 && (
        <p class="help">{say.of(formatRatio((100 * timing!.attempt.gflops) / roof))}</p>
      )}
    </section>
  );
}
