import { signal } from '@preact/signals';
import { render } from 'preact';
import { datasets } from '../../src/data/generators.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { dense } from '../../src/network/layers.ts';
import { sgd } from '../../src/network/optimizer.ts';
import { ByHand } from '../../src/page/hand/ByHand.tsx';
import type { Orientation } from '../../src/page/hand/equation.ts';
import { language } from '../../src/page/language.ts';
import { lookAtStep } from '../../src/session/lookAtStep.ts';
import { Network } from '../../src/session/network.ts';

/** The view of one step by itself, with a step that is really made. */
const gpu = await openGpu();
const network = await Network.create(gpu, {
  inputs: 2,
  layers: [dense(4, 'tanh'), dense(1, 'sigmoid')],
  init: { kind: 'normal', scale: 0.5, seed: 2 },
});
const data = datasets.moons({ examples: 40 });
const look = await lookAtStep(network.model, data, { batchSize: 8, optimizer: sgd({ learningRate: 0.5 }) });
network.dispose();
gpu.dispose();

const at = signal(0);
const orientation = signal<Orientation>('rows');
Object.assign(window, { look, say: (to: 'en' | 'tr') => (language.value = to) });

function View() {
  return (
    <ByHand
      look={look}
      orientation={orientation.value}
      onOrientation={(to) => (orientation.value = to)}
      at={at.value}
      onAt={(to) => (at.value = to)}
    />
  );
}

render(<View />, document.getElementById('view')!);
document.body.dataset.phase = 'ready';
