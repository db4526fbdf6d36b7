import { DrawPad } from '../digits/DrawPad.tsx';
import { Examples } from '../digits/Examples.tsx';
import { Verdict } from '../digits/Verdict.tsx';
import { answer } from '../state/store.ts';
import { post } from '../state/worker.ts';

interface ImagesProps {
  /** Pixels of a side, and the number of one that is all ink. */
  readonly side: number;
  readonly top: number;
  readonly classes: readonly string[];
  /** [examples, side x side] */
  readonly x: Float32Array;
  readonly labels: Int32Array;
  /** [examples, outputs] */
  readonly outputs: Float32Array;
}

/** An image to be drawn and classified as one draws, and examples, the wrong ones first. */
export function Images({ side, top, classes, x, labels, outputs }: ImagesProps) {
  return (
    <>
      <div class="drawing">
        <DrawPad key={side} side={side} top={top} onImage={(image) => post({ type: 'predict', x: image })} />
        <Verdict probabilities={answer.value} classes={classes} />
      </div>
      <Examples images={x} {...{ side, top, classes }} truth={labels} predictions={outputs} />
    </>
  );
}
