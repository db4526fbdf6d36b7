import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { counts, byId, now, report, select, source, trials } from '../state/store.ts';
import { formatSeconds, formatValue, shortId } from './numbers.ts';
import { SaveModel } from './SaveModel.tsx';

const sentences = {
  en: {
    title: (data: string) => `Sweep of ${data}`,
    of: (configurations: string, trials: string) => `${configurations} configurations, ${trials} trials`,
    states: { running: 'Running', done: 'Done', interrupted: 'Interrupted', failed: 'Failed' },
    away: 'The sweep cannot be reached; this is what was last known of it.',
    parts: { done: 'done', running: 'running', waiting: 'waiting', failed: 'failed' },
    progress: 'Trials that have ended',
    best: 'Best so far',
    trial: 'trial',
    none: 'none yet',
    better: { true: 'higher is better', false: 'lower is better' },
    elapsed: 'Elapsed',
    adapters: 'Adapter',
  },
  tr: {
    title: (data: string) => `${data} taraması`,
    of: (configurations: string, trials: string) => `${configurations} yapılandırma, ${trials} deneme`,
    states: { running: 'Sürüyor', done: 'Bitti', interrupted: 'Kesildi', failed: 'Başarısız' },
    away: 'Taramaya ulaşılamıyor; burada son bilinen hâli var.',
    parts: { done: 'biten', running: 'çalışan', waiting: 'bekleyen', failed: 'başarısız' },
    progress: 'Biten denemeler',
    best: 'Şimdiye kadarki en iyi',
    trial: 'deneme',
    none: 'henüz yok',
    better: { true: 'yüksek olan iyidir', false: 'düşük olan iyidir' },
    elapsed: 'Geçen süre',
    adapters: 'Bağdaştırıcı',
  },
};

/** The sweep in a few words: how far it is, what is best, and where it computes. */
export function Summary() {
  const say = inLanguage(sentences);
  const sweep = report.value!;
  const { done, running, waiting, failed } = counts.value;
  const { best, metric, state, error, machines, started, configurations } = sweep;
  const isLive = source.value === 'live' && state === 'running';
  const seconds = isLive && started !== undefined ? Math.max(0, (now.value - started) / 1000) : sweep.seconds;
  const row = best && configurations.get(best.configuration);
  const value = row?.mean ?? byId.value.get(best?.trial ?? '')?.value;
  return (
    <section class="summary" aria-label={say.title(sweep.data)}>
      <div class="name">
        <h1>{say.title(sweep.data || '?')}</h1>
        <p class="note">
          <b class={`state ${state}`} id="state">
            {say.states[state]}
          </b>{' '}
          · {say.of(formatCount(configurations.size), formatCount(trials.value.length))}
        </p>
        <progress
          aria-label={say.progress}
          max={Math.max(1, trials.value.length)}
          value={done + failed}
          id="progress"
        />
        <p class="counts">
          {Object.entries({ done, running, waiting, failed }).map(([name, count]) => (
            <span class={count ? name : 'zero'} data-count={name}>
              <b>{formatCount(count)}</b> {say.parts[name as keyof typeof say.parts]}
            </span>
          ))}
        </p>
      </div>
      <dl class="read">
        <div id="best">
          <dt>{say.best}</dt>
          <dd>
            {best ? formatValue(value) : say.none}
            {row?.deviation !== undefined && row.deviation > 0 && (
              <small> ± {formatValue(row.deviation)}</small>
            )}
          </dd>
          <dd class="more">
            {metric.name}, {say.better[`${metric.higherIsBetter}`]}
            {best && (
              <>
                ,{' '}
                <button class="plain" type="button" data-action="best" onClick={() => select(best.trial)}>
                  {say.trial} {shortId(best.trial)}
                </button>
              </>
            )}
          </dd>
          <dd class="more">
            <SaveModel />
          </dd>
        </div>
        <div>
          <dt>{say.elapsed}</dt>
          <dd id="elapsed">{formatSeconds(seconds)}</dd>
        </div>
        <div class="machines">
          <dt>{say.adapters}</dt>
          {machines.length ? (
            machines.map(({ adapter, browser }) => (
              <dd>
                {adapter}
                <small>{browser}</small>
              </dd>
            ))
          ) : (
            <dd>–</dd>
          )}
        </div>
      </dl>
      {source.value === 'away' && state === 'running' && (
        <p class="complaint" role="status">
          {say.away}
        </p>
      )}
      {error && <p class="complaint">{error}</p>}
    </section>
  );
}
