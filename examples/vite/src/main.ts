import { GpuUnavailableError, Network, adam, datasets, dense, openGpu } from 'katman';
import { load, save } from './model.ts';

const result = document.querySelector<HTMLOutputElement>('#result')!;

async function run(): Promise<void> {
  const gpu = await openGpu();
  // One output for each class; y of a data set has one column for each, too.
  const data = datasets.blobs({ classes: 3, examples: 300 });
  const { train, test } = data.split(0.8);
  const network = await Network.create(gpu, { inputs: 2, layers: [dense(16, 'relu'), dense(3, 'softmax')] });
  const history = await network.fit(train, { optimizer: adam({ learningRate: 0.01 }), epochs: 60 });
  const { accuracy } = await network.evaluate(test);

  // Saved for the next visit, and loaded again: both predict the same, to the last bit.
  localStorage.setItem('blobs', await save(network));
  const again = await load(gpu, localStorage.getItem('blobs')!);
  const [before, after] = [await network.predict(test.x), await again.predict(test.x)];
  const isSame = before.every((value, i) => value === after[i]);

  result.value = `${history.stopped} after ${history.steps} steps, accuracy ${accuracy?.toFixed(3)}; loaded again: ${isSame ? 'the same' : 'different'}`;
  result.dataset.accuracy = String(accuracy);
  result.dataset.same = String(isSame);
  again.dispose();
  network.dispose();
  gpu.dispose();
}

run().catch((error: Error) => {
  // Its message says what is missing, and what to do.
  result.value =
    error instanceof GpuUnavailableError ? error.message : `Something went wrong: ${error.message}`;
  result.dataset.error = error.message;
});
