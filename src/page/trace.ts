import type { Point } from './messages.ts';

/** Most points of one line: about as many as a chart has pixels. */
const MOST = 600;

/** The points of one line. Their number is bounded: when there are too many, every second one goes. */
export class Trace {
  #kept: Point[] = [];
  #seen = 0;
  #stride = 1;
  #last: Point | undefined;

  add(point: Point): void {
    this.#last = point;
    if (this.#seen++ % this.#stride) return;
    this.#kept.push(point);
    if (this.#kept.length < MOST) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** In order of their steps, always with the first and the last. */
  get points(): readonly Point[] {
    const last = this.#last;
    return !last || this.#kept.at(-1) === last ? this.#kept : [...this.#kept, last];
  }

  get last(): Point | undefined {
    return this.#last;
  }

  clear(): void {
    this.#kept = [];
    this.#seen = 0;
    this.#stride = 1;
    this.#last = undefined;
  }
}
