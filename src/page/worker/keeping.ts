import type { Gpu } from '../../gpu/gpu.ts';
import { pack, sumOf, unpack } from '../kept/pack.ts';
import { type Kept, MOST_OWN_BYTES, type Stored, bytesOf, storedOf } from '../kept/record.ts';
import { type Shelf, openShelf } from '../kept/shelf.ts';
import { Slots } from '../kept/slots.ts';
import type { Experiment } from '../state/experiment.ts';
import type { KeptNews, Own } from './messages.ts';
import { Run } from './run.ts';

/** One tab at a time keeps its run. */
const LOCK = 'katman.kept';
/** Milliseconds from one copy of the run to the next, and the share of the time that it may take. */
export const KEPT = [10_000, 0.02] as const;
/** A page that is loaded again waits for the one before to be gone, in ms. */
const HANDOVER = 2000;

/** Keeps the run of this page where the next visit finds it, and offers what the last visit left. */
export class Keeping {
  /** The run as it was kept last, in memory. */
  last: Kept | undefined;
  /** What another visit left, and its data; nothing is kept in its place until the visitor has decided. */
  #offered: { readonly stored: Stored; readonly own: Own | undefined } | undefined;
  /** Undefined until this tab is the one that keeps. */
  #place: { readonly shelf: Shelf; readonly slots: Slots } | undefined;
  #written: { readonly own: Own; readonly name: string } | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** What was said; it is said once. */
  readonly #said = new Set<string>();

  constructor(private readonly tell: (news: KeptNews) => void) {
    void this.#occupy();
  }

  get offered(): { readonly stored: Stored; readonly own: Own | undefined } | undefined {
    return this.#offered;
  }

  /**
   * Keeps the run as it is, in memory at once, and in storage soon.
   * @param since when copying began
   */
  keep(kept: Kept, own: Own | undefined, since: number): void {
    this.last = kept;
    // Of those that wait only the last is written.
    this.#writing = this.#writing.then(() =>
      kept === this.last ? this.#write(kept, own, since) : undefined,
    );
  }

  /** The visitor has decided about what was offered; what is not taken up is gone. */
  async decide({ isTaken }: { isTaken: boolean }): Promise<void> {
    if (!this.#offered) return;
    this.#offered = undefined;
    if (!isTaken) await this.#place?.slots.clear().catch(() => {});
  }

  /** Offers again what could not be taken up. */
  offer(): void {
    if (!this.#offered) return;
    const { story, when } = this.#offered.stored;
    const needsFile = story.start.data === 'own' && !this.#offered.own;
    this.tell({ kind: 'offer', story, when, needsFile });
  }

  /** A run from its start, or one that was kept, if it can be taken up. */
  async open(
    gpu: Gpu | undefined,
    start: Experiment,
    kept: Kept | undefined,
    own: Own | undefined,
  ): Promise<Run> {
    if (!kept) return Run.create(gpu, start, own);
    try {
      const run = await Run.resume(gpu, kept, own);
      await this.decide({ isTaken: true });
      return run;
    } catch (error) {
      this.offer();
      throw error;
    }
  }

  async #occupy(): Promise<void> {
    if (!navigator.locks) return this.#say('denied');
    const waiting = setTimeout(() => this.#say('elsewhere'), HANDOVER);
    await navigator.locks
      .request(LOCK, async () => {
        clearTimeout(waiting);
        await this.#take();
        // For as long as the page lives.
        await new Promise(() => {});
      })
      .catch(() => {
        clearTimeout(waiting);
        this.#say('denied');
      });
  }

  async #take(): Promise<void> {
    try {
      const shelf = await openShelf();
      const slots = new Slots(shelf);
      const stored = storedOf(await slots.read());
      if (stored && stored.story.steps > 0) {
        const own = await readOwn(shelf, stored.own);
        if (own) this.#written = { own, name: stored.own! };
        this.#offered = { stored, own };
      }
      this.#place = { shelf, slots };
    } catch {
      return this.#say('denied');
    }
    this.offer();
  }

  async #write(kept: Kept, own: Own | undefined, since: number): Promise<void> {
    if (!this.#place || this.#offered) return;
    const { shelf, slots } = this.#place;
    const data = kept.story.start.data === 'own' ? own : undefined;
    try {
      const name = data && (await this.#writeOwn(shelf, data));
      const stored: Stored = { ...kept, when: Date.now(), own: name };
      await slots.write(stored);
      this.tell({ kind: 'written', ms: performance.now() - since });
      for (const other of await shelf.names())
        if (other.startsWith('own-') && other !== name) await shelf.remove(other);
    } catch (error) {
      this.#say((error as Error).name === 'QuotaExceededError' ? 'full' : 'denied');
    }
  }

  /** @returns the name of its file; undefined if it is too large */
  async #writeOwn(shelf: Shelf, own: Own): Promise<string | undefined> {
    if (this.#written?.own === own) return this.#written.name;
    if (bytesOf(own) > MOST_OWN_BYTES) {
      this.#say('large');
      return undefined;
    }
    const file = await pack(own);
    const name = `own-${sumOf(file)}`;
    await shelf.write(name, file);
    this.#written = { own, name };
    return name;
  }

  #say(kind: 'elsewhere' | 'denied' | 'full' | 'large'): void {
    if (this.#said.has(kind)) return;
    this.#said.add(kind);
    this.tell({ kind });
  }
}

async function readOwn(shelf: Shelf, name: string | undefined): Promise<Own | undefined> {
  const file = name && (await shelf.read(name));
  return file ? ((await unpack(file)) as Own | undefined) : undefined;
}
