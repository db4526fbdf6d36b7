import path from 'node:path';
import { DataError, UsageError } from '../errors.ts';
import { inspect } from '../session/checkpoint.ts';
import { CheckpointStore } from './checkpointStore.ts';
import { RECEIPT_FORMAT, movedTo } from './experiment.ts';
import type { Receipt } from './receipt.ts';
import type { TrainOptions } from './trainOptions.ts';
import type { CheckpointPart, TrainRequest } from './trainTask.ts';

/** The file of the folder that says what is trained: `--resume` needs no other word. */
export const RUN_FILE = 'run.json';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** The checkpoints of a run: what it goes on with, and what it saves. */
export class Checkpoints {
  /** What has gone wrong with saving. */
  failure: Error | undefined;
  #steps: number | undefined;
  #parts: Uint8Array[] = [];

  private constructor(
    private readonly store: CheckpointStore,
    readonly resume: Uint8Array | undefined,
    private readonly every: TrainOptions['every'],
  ) {}

  /**
   * Opens the folder that `--checkpoint` or `--resume` names; undefined where neither is given.
   * @param expected the SHA-256 of the data of the run that is resumed
   * @throws UsageError, DataError, OutputError
   */
  static async open(
    { checkpoint, resume, every }: TrainOptions,
    receipt: Receipt,
    expected: string | undefined,
  ): Promise<Checkpoints | undefined> {
    const folder = resume ?? checkpoint;
    if (folder === undefined) return undefined;
    const { sha256, name } = receipt.data!;
    if (resume !== undefined && expected !== undefined && expected !== sha256)
      throw new DataError(
        `'${name}' is not the data that the run in '${resume}' was trained on (its SHA-256 is another); put that data back, or begin a run of its own`,
      );
    const store = await CheckpointStore.open(folder);
    try {
      if (resume === undefined) {
        if (!store.isEmpty)
          throw new UsageError(
            `'${folder}' holds the checkpoints of another run; go on with it by --resume ${folder}, or choose another folder`,
          );
        const file = path.join(folder, RUN_FILE);
        const content = {
          schema: RECEIPT_FORMAT,
          experiment: movedTo(file, receipt.experiment),
          data: receipt.data,
        };
        await store.put(RUN_FILE, `${JSON.stringify(content, null, 2)}\n`);
        return new Checkpoints(store, undefined, every);
      }
      const newest = await store.newest(inspect);
      newest?.passedOver.forEach(say);
      if (!newest) {
        say(`'${folder}' has no checkpoint yet: training begins from the start`);
        return new Checkpoints(store, undefined, every);
      }
      const { steps, total, isFinished } = newest.judged;
      say(
        isFinished
          ? `The training in '${folder}' is finished: nothing is left to do after step ${steps}`
          : `Going on after step ${steps} of ${total}, from '${newest.file}'`,
      );
      const checkpoints = new Checkpoints(store, newest.bytes, every);
      checkpoints.#steps = steps;
      return checkpoints;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** What the page is to know of them. */
  get request(): Pick<TrainRequest, 'resume' | 'checkpoint'> {
    return { resume: this.resume, checkpoint: this.every ?? {} };
  }

  /**
   * Takes a part of a checkpoint from the page, and writes it when it is whole.
   * @returns when it is on the disk; what goes wrong is in `failure`
   */
  async take({ bytes, isLast, steps }: CheckpointPart): Promise<void> {
    this.#parts.push(bytes);
    if (!isLast) return;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    if (this.failure) return;
    try {
      await this.store.write(whole);
      this.#steps = steps;
    } catch (error) {
      this.failure = error as Error;
    }
  }

  /** Where training can go on after it was ended. */
  get advice(): string {
    const { folder } = this.store;
    return this.#steps === undefined
      ? `There is no checkpoint in '${folder}' yet`
      : `The last checkpoint is that of step ${this.#steps}; go on with 'katman train --resume ${folder}'`;
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
