import { useEffect } from 'preact/hooks';
import { inLanguage, language } from '../../language.ts';
import { report, trials } from '../state/store.ts';
import { Curves } from './Curves.tsx';
import { Details } from './Details.tsx';
import { Empty } from './Empty.tsx';
import { Parallel } from './Parallel.tsx';
import { Scatter } from './Scatter.tsx';
import { Summary } from './Summary.tsx';
import { Top } from './Top.tsx';
import { Trials } from './Trials.tsx';

const sentences = {
  en: {
    title: 'Katman: a sweep',
    of: (data: string) => `Katman: sweep of ${data}`,
    none: 'There are no trials yet.',
  },
  tr: {
    title: 'Katman: bir tarama',
    of: (data: string) => `Katman: ${data} taraması`,
    none: 'Henüz deneme yok.',
  },
};

/** The whole page. */
export function Sweep() {
  const say = inLanguage(sentences);
  const { value } = report;
  useEffect(
    () => void (document.title = value?.data ? say.of(value.data) : say.title),
    [value?.data, language.value],
  );
  return (
    <>
      <Top />
      <main id="main" tabIndex={-1} class="sweep">
        {!value ? (
          <Empty />
        ) : (
          <>
            <Summary />
            {trials.value.length ? (
              <div class="views">
                <div class="charts">
                  <Parallel />
                  <div class="pair">
                    <Scatter />
                    <Curves />
                  </div>
                  <Trials />
                </div>
                <Details />
              </div>
            ) : (
              <p class="nothing">{say.none}</p>
            )}
          </>
        )}
      </main>
    </>
  );
}
