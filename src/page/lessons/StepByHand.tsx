import { useEffect, useState } from 'preact/hooks';
import { ByHand } from '../hand/ByHand.tsx';
import type { Orientation } from '../hand/equation.ts';
import { inLanguage } from '../language.ts';
import { hand } from '../state/store.ts';
import { noGpu } from '../state/store.ts';
import { post } from '../state/worker.ts';

const sentences = {
  en: {
    reading: 'Reading the buffers of the GPU …',
    none: 'There is no GPU here whose buffers could be read.',
  },
  tr: { reading: 'GPU’nun tamponları okunuyor …', none: 'Burada tamponları okunabilecek bir GPU yok.' },
};

/** One step of a tiny network, every matrix from the GPU's own buffers. */
export function StepByHand() {
  const say = inLanguage(sentences);
  const [at, setAt] = useState(0);
  const [orientation, setOrientation] = useState<Orientation>('columns');
  useEffect(() => post({ type: 'hand' }), []);
  if (noGpu.value) return <p>{say.none}</p>;
  const look = hand.value;
  if (!look) return <p role="status">{say.reading}</p>;
  return <ByHand {...{ look, orientation, at }} onOrientation={setOrientation} onAt={setAt} />;
}
