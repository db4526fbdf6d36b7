/** What the page asks of the Worker ... */
export type Request = { type: 'train'; epochs: number } | { type: 'stop' };

/** ... and what it hears. */
export type Reply =
  | { type: 'progress'; step: number; steps: number; loss: number }
  | { type: 'done'; stopped: string; steps: number; accuracy: number | undefined }
  | { type: 'error'; message: string };
