import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../session/options.ts';

/** A bar on stderr with loss, accuracy, steps per second and time left; a line now and then where stderr is no terminal. */
export class ProgressBar {
  readonly #bar = new SingleBar(
    {
      format:
        '{bar} {percentage}% | epoch {epoch} | step {value}/{total} | loss {loss}{accuracy} | {rate} steps/s | {left} left',
      stream: process.stderr,
      barsize: 20,
      hideCursor: true,
      clearOnComplete: false,
      noTTYOutput: true,
      notTTYSchedule: 2000,
      etaBuffer: 1,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  #started = false;

  update({ step, steps, epoch, loss, accuracy, stepsPerSecond }: Progress): void {
    const shown = {
      epoch,
      loss: loss.toPrecision(4),
      accuracy: accuracy === undefined ? '' : ` | accuracy ${(100 * accuracy).toFixed(1)}%`,
      rate: rateOf(stepsPerSecond),
      left: duration((steps - step) / Math.max(stepsPerSecond, 1e-9)),
    };
    if (!this.#started) this.#bar.start(steps, step, shown);
    this.#started = true;
    this.#bar.update(step, shown);
  }

  stop(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
  }
}

/** `4 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Three digits that matter: 2.85, 24, 1030. */
function rateOf(perSecond: number): string {
  return perSecond >= 100 ? perSecond.toFixed(0) : String(Number(perSecond.toPrecision(3)));
}
