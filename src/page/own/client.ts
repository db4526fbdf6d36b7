import type { AnyChoice, FromOwnWorker, ToOwnWorker } from './messages.ts';

type Asked = ToOwnWorker extends infer Question
  ? Question extends unknown
    ? Omit<Question, 'id'>
    : never
  : never;

/** The page's end of the worker that reads a person's files. */
export class OwnClient {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  #id = 0;

  /** @param onAnswer gets the answers to the last question, and to no other */
  constructor(onAnswer: (answer: FromOwnWorker) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<FromOwnWorker>) => {
      if (data.id === this.#id) onAnswer(data);
    };
    this.#worker.onerror = ({ message }) =>
      onAnswer({ id: this.#id, type: 'error', message: `The data cannot be used: ${message}` });
  }

  readFiles(files: readonly File[]): void {
    this.#ask({ type: 'files', files });
  }

  /** @param name what to call the text, in messages */
  readText(text: string, name: string): void {
    this.#ask({ type: 'text', text, name });
  }

  plan(choice: AnyChoice): void {
    this.#ask({ type: 'plan', choice });
  }

  use(choice: AnyChoice): void {
    this.#ask({ type: 'use', choice });
  }

  cancel(): void {
    this.#ask({ type: 'cancel' });
  }

  close(): void {
    this.#worker.terminate();
  }

  #ask(question: Asked): void {
    this.#worker.postMessage({ ...question, id: ++this.#id });
  }
}
