import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { inLanguage, language } from '../../language.ts';
import { draft } from '../state/store.ts';
import { Answer } from './Answer.tsx';
import { History } from './History.tsx';
import { LookInside } from './LookInside.tsx';
import { Notices } from './Notices.tsx';
import { OwnOracle } from './OwnOracle.tsx';
import { Prints } from './Prints.tsx';
import { Rail } from './Rail.tsx';
import { Roofline } from './Roofline.tsx';
import { SweepPanel } from './SweepPanel.tsx';
import { TextPanel } from './TextPanel.tsx';
import { Top } from './Top.tsx';

const sentences = {
  en: {
    title: 'Katman: the shader lab',
    heading: 'Shader lab',
    tools: 'Tools',
    tabs: { look: 'Look inside', sweep: 'Sweep', history: 'History', oracle: 'Own oracle', prints: 'Prints' },
  },
  tr: {
    title: 'Katman: gölgelendirici laboratuvarı',
    heading: 'Gölgelendirici laboratuvarı',
    tools: 'Araçlar',
    tabs: {
      look: 'İçine bak',
      sweep: 'Tarama',
      history: 'Geçmiş',
      oracle: 'Kendi hakemin',
      prints: 'Yazdırılanlar',
    },
  },
};

const PANELS = {
  look: LookInside,
  sweep: SweepPanel,
  history: History,
  oracle: OwnOracle,
  prints: Prints,
};
type Panel = keyof typeof PANELS;

const panel = signal<Panel>('look');

/** The whole page. */
export function Lab() {
  const say = inLanguage(sentences);
  useEffect(() => void (document.title = say.title), [language.value]);
  const Shown = PANELS[panel.value];
  return (
    <>
      <Top />
      <main id="main" tabIndex={-1} class="lab">
        <h1 class="hidden">{say.heading}</h1>
        {draft.value && (
          <>
            <Rail />
            <div class="bench">
              <Answer />
              <Notices />
              <div class="desk">
                <TextPanel />
                <Roofline />
              </div>
              <section class="tools" aria-label={say.tools}>
                <div class="segments tabs" role="group" aria-label={say.tools}>
                  {(Object.keys(PANELS) as Panel[]).map((name) => (
                    <button
                      type="button"
                      data-panel={name}
                      aria-pressed={panel.value === name}
                      onClick={() => (panel.value = name)}
                    >
                      {say.tabs[name]}
                    </button>
                  ))}
                </div>
                <Shown />
              </section>
            </div>
          </>
        )}
      </main>
    </>
  );
}
