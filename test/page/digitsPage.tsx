import { signal } from '@preact/signals';
import { render } from 'preact';
import { loadBuiltin } from '../../src/data/builtin.ts';
import { Confusion } from '../../src/page/digits/Confusion.tsx';
import { confusion, judge } from '../../src/page/digits/classify.ts';
import { DrawPad } from '../../src/page/digits/DrawPad.tsx';
import { Examples } from '../../src/page/digits/Examples.tsx';
import { Verdict } from '../../src/page/digits/Verdict.tsx';
import { language } from '../../src/page/language.ts';

/** The views of digits by themselves, with a classifier so plain that it needs no training: the nearest mean. */
const { data, testRows } = await loadBuiltin('digits');
const { train, test } = data.splitAt(testRows!);
const truth = test.labels();
const classes = data.classes!;

const means = classes.map(() => new Float32Array(64));
const counts = new Float32Array(classes.length);
train.labels().forEach((label, row) => {
  counts[label]++;
  for (let i = 0; i < 64; i++) means[label][i] += train.x[64 * row + i];
});
means.forEach((mean, label) => mean.forEach((sum, i) => (mean[i] = sum / counts[label])));

function classify(pixels: Float32Array): Float32Array {
  const squares = means.map((mean) => mean.reduce((sum, p, i) => sum + (p - pixels[i]) ** 2, 0));
  const least = Math.min(...squares);
  const powers = squares.map((square) => Math.exp((least - square) / 100));
  const sum = powers.reduce((a, b) => a + b);
  return Float32Array.from(powers, (power) => power / sum);
}

const predictions = new Float32Array(10 * test.rows);
for (let row = 0; row < test.rows; row++)
  predictions.set(classify(test.x.subarray(64 * row, 64 * row + 64)), 10 * row);

const said = signal<Float32Array | undefined>(undefined);
const heard: number[][] = [];
Object.assign(window, {
  heard,
  /** What the examples are to be ordered by. */
  judged: judge(predictions, truth),
  say: (to: 'en' | 'tr') => (language.value = to),
});

const listen = (pixels: Float32Array) => {
  heard.push([...pixels]);
  said.value = pixels.some((pixel) => pixel > 0) ? classify(pixels) : undefined;
};

function View() {
  return (
    <>
      <DrawPad side={8} top={16} onImage={listen} />
      <Verdict probabilities={said.value} classes={classes} />
      <Examples images={test.x} side={8} top={16} classes={classes} truth={truth} predictions={predictions} />
      <Confusion counts={confusion(judge(predictions, truth), 10)} classes={classes} />
    </>
  );
}

render(<View />, document.getElementById('view')!);
document.body.dataset.phase = 'ready';
