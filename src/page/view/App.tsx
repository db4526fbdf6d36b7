import { useEffect, useRef } from 'preact/hooks';
import { inLanguage, language } from '../language.ts';
import { palette } from '../palette.ts';
import { oneStep, reset, toggle, undo } from '../state/actions.ts';
import { SETS } from '../state/presets.ts';
import { canvases, experiment, handed, kept, lesson, offer, summary } from '../state/store.ts';
import { post } from '../state/worker.ts';
import { isDark, restored } from '../theme.ts';
import { Curves } from './Curves.tsx';
import { DataRail } from './DataRail.tsx';
import { LayerPanel } from './LayerPanel.tsx';
import { lazy } from './lazy.tsx';
import { NetworkView } from './NetworkView.tsx';
import { NoticeBar } from './Notice.tsx';
import { PredictionsPanel } from './PredictionsPanel.tsx';
import { RunBar } from './RunBar.tsx';
import { Settings } from './Settings.tsx';
import { Surface } from './Surface.tsx';
import { TopBar } from './TopBar.tsx';
import { TruthBar } from './TruthBar.tsx';
import { UnitPanel } from './UnitPanel.tsx';

const Lessons = lazy(async () => (await import('../lessons/Lessons.tsx')).Lessons);
const OwnKernel = lazy(async () => (await import('../extras.ts')).OwnKernel);

const sentences = {
  en: { title: 'Katman: see a network learn, on your own data, on your own GPU', heading: 'Playground' },
  tr: { title: 'Katman: bir ağın öğrenmesini gör; kendi verinle, kendi GPU’nda', heading: 'Oyun alanı' },
};

const KeptNotice = lazy(async () => (await import('../extras.ts')).KeptNotice);

/** The whole page. */
export function App() {
  const say = inLanguage(sentences);
  const stage = useRef<HTMLElement>(null);
  useEffect(() => {
    document.documentElement.lang = language.value;
    document.title = say.title;
  }, [language.value]);
  useEffect(() => giveCanvases(stage.current!), [canvases.value]);
  useEffect(() => post({ type: 'palette', palette: palette() }), [isDark.value]);
  // Those that were given while the browser had no GPU show nothing.
  useEffect(() => {
    if (restored.value) canvases.value++;
  }, [restored.value]);
  const hasClasses = summary.value?.classes !== undefined;
  return (
    <>
      <TopBar />
      <main id="main" ref={stage} tabIndex={-1} class={`play ${SETS[experiment.value.data].kind}`}>
        <h1 class="hidden">{say.heading}</h1>
        <div class="rail">
          <DataRail />
          <Settings />
        </div>
        <RunBar />
        <div class="above">
          {(offer.value || kept.value) && <KeptNotice />}
          <NoticeBar />
          {handed.value && <OwnKernel />}
          {lesson.value > 0 && <Lessons />}
        </div>
        <NetworkView />
        <Surface />
        <Curves />
        <UnitPanel />
        <LayerPanel />
        {hasClasses && <PredictionsPanel />}
      </main>
      <TruthBar />
    </>
  );
}

/** The two canvases go to the worker, once or when it wants others, and from then on only their sizes. */
function giveCanvases(root: HTMLElement): () => void {
  const elements = ['surface', 'nodes'].map((id) => root.querySelector<HTMLCanvasElement>(`#${id}`)!);
  const [surface, nodes] = elements.map((element) => element.transferControlToOffscreen());
  post({ type: 'canvas', surface, nodes }, [surface, nodes]);
  const tell = () => {
    const [side, width, height] = [
      elements[0].clientWidth,
      elements[1].clientWidth,
      elements[1].clientHeight,
    ].map((size) => Math.max(1, Math.round(size * devicePixelRatio)));
    post({ type: 'size', surface: side, nodes: [width, height] });
  };
  const observer = new ResizeObserver(tell);
  for (const element of elements) observer.observe(element);
  return () => observer.disconnect();
}

/** Keys that work wherever nothing is being typed. */
export function press(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !isTyping(target)) {
    event.preventDefault();
    return undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
  const actions: Readonly<Record<string, () => void>> = { '.': oneStep, r: reset, R: reset };
  if (event.key === ' ' && (target === document.body || target.id === 'main')) toggle();
  else if (actions[event.key]) actions[event.key]();
  else return;
  event.preventDefault();
}

function isTyping(target: HTMLElement): boolean {
  const isField = target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox';
  return (
    isField ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.closest('dialog') !== null
  );
}
