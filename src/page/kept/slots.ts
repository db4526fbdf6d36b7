import { pack, unpack } from './pack.ts';
import type { Shelf } from './shelf.ts';

const NAMES = ['run-a', 'run-b'] as const;

interface Slot {
  readonly sequence: number;
  readonly value: unknown;
}

/**
 * One value in two files of a shelf that are written in turn: whatever happens while one is written, the other is
 * whole. The newest that is whole is the value.
 */
export class Slots {
  #sequence = 0;
  /** The file that holds the value. */
  #current: (typeof NAMES)[number] | undefined;

  constructor(private readonly shelf: Shelf) {}

  /** The value, or undefined if there is none. */
  async read(): Promise<unknown> {
    let newest: Slot | undefined;
    for (const name of NAMES) {
      const file = await this.shelf.read(name);
      const slot = file && ((await unpack(file)) as Slot | undefined);
      if (!slot || (newest && newest.sequence > slot.sequence)) continue;
      newest = slot;
      this.#current = name;
    }
    this.#sequence = newest?.sequence ?? 0;
    return newest?.value;
  }

  /** Puts another value in its place. @throws what the shelf objects to; the value is then the one before */
  async write(value: unknown): Promise<void> {
    const name = this.#current === NAMES[0] ? NAMES[1] : NAMES[0];
    const sequence = this.#sequence + 1;
    await this.shelf.write(name, await pack({ sequence, value }));
    this.#sequence = sequence;
    this.#current = name;
  }

  /** Leaves no value. */
  async clear(): Promise<void> {
    for (const name of NAMES) await this.shelf.remove(name);
    this.#current = undefined;
  }
}
