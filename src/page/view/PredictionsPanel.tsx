import { confusion, judge } from '../digits/classify.ts';
import { Confusion } from '../digits/Confusion.tsx';
import { inLanguage } from '../language.ts';
import { SETS } from '../state/presets.ts';
import { experiment, predicted, summary } from '../state/store.ts';
import { lazy } from './lazy.tsx';

const sentences = {
  en: { title: 'Predictions', held: 'for examples that are held out', all: 'for training examples' },
  tr: { title: 'Tahminler', held: 'ayrılmış örnekler için', all: 'eğitim örnekleri için' },
};

const Images = lazy(async () => (await import('./Images.tsx')).Images);

/** Classes that a matrix can show. */
const MOST_CLASSES = 20;
/** Ink of the set of digits. */
const TOP = 16;

/** What the network makes of examples: its confusions; of images the examples themselves, and what is drawn. */
export function PredictionsPanel() {
  const say = inLanguage(sentences);
  const [about, now] = [summary.value, predicted.value];
  const classes = about?.classes;
  const side = Math.sqrt(about?.features.length ?? 0);
  const { data } = experiment.value;
  const isImage = SETS[data].kind === 'images' || (data === 'own' && Number.isInteger(side) && side >= 8);
  const top = data === 'digits' ? TOP : 255;
  if (!classes || !now || classes.length > MOST_CLASSES) return null;
  const { x, labels, outputs } = now;
  return (
    <section class="predictions" aria-label={say.title}>
      <div class="panel-head">
        <h2>{say.title}</h2>
        <span class="note">{about.testRows ? say.held : say.all}</span>
      </div>
      <div class={isImage ? 'prediction-grid images' : 'prediction-grid'}>
        {isImage && <Images {...{ side, top, classes, x, labels, outputs }} />}
        <Confusion counts={confusion(judge(outputs, labels), classes.length)} classes={classes} />
      </div>
    </section>
  );
}
