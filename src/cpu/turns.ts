/** How long, in ms, work on the CPU keeps its thread to itself, plus the step or rows that it is at. */
const MOST = 12;

/**
 * Shares a thread: long work asks `isDue` again and again, and then awaits `give`, in which whoever else waits for the
 * page or the worker (a click, a drawing, a message) has a turn.
 */
export class Turns {
  #since = performance.now();

  get isDue(): boolean {
    return performance.now() - this.#since >= MOST;
  }

  async give(): Promise<void> {
    await turn();
    this.#since = performance.now();
  }
}

/** Lets everybody else have a turn; a timer would wait for 4 ms. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
