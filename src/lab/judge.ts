import type { Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { kernels } from '../kernels/index.ts';
import type { Numbers } from '../oracle/index.ts';
import { DeviceArithmetic } from './arithmetic.ts';
import { type ContractName, contracts } from './cases.ts';
import type { Case, Level } from './contract.ts';

/** What has to come out of one case at one level. */
export interface Judgement {
  readonly level: Level;
  readonly wanted: Readonly<Record<string, { values: Numbers; bound: (index: number) => number }>>;
}

const none = () => 0;

/** Knows what has to come out on one device, at every level that applies there. */
export class Judge {
  readonly #kept = new Map<Case, Promise<Judgement[]>>();

  private constructor(private readonly arithmetic: DeviceArithmetic) {}

  static async create(gpu: Gpu): Promise<Judge> {
    return new Judge(await DeviceArithmetic.of(gpu));
  }

  /** Why a kernel has no mirror here; empty if it has one. */
  noMirror(name: ContractName, kernel: Kernel): string {
    const { mirror } = contracts[name];
    if (!mirror) return 'it only copies';
    if (!followsOrder(name, kernel)) return 'it declares another order of summation';
    return this.arithmetic.test.why;
  }

  /** Every level at which this case can be judged. */
  judgements(name: ContractName, kernel: Kernel, one: Case): Promise<Judgement[]> {
    let kept = this.#kept.get(one);
    if (!kept) this.#kept.set(one, (kept = this.#judge(name, kernel, one)));
    return kept;
  }

  async #judge(name: ContractName, kernel: Kernel, one: Case): Promise<Judgement[]> {
    const { oracle, bound, statistical, mirror } = contracts[name];
    const flags = new Set(one.flags);
    const outputs = Object.entries(oracle(flags, one.params, one.inputs));
    const level = (
      level: Level,
      values: readonly (readonly [string, Numbers])[],
      boundOf: (output: string, want: Numbers) => (index: number) => number,
    ): Judgement => ({
      level,
      wanted: Object.fromEntries(
        values.map(([output, want]) => [output, { values: want, bound: boundOf(output, want) }]),
      ),
    });
    if (one.kind === 'exact') return [level('exact', outputs, () => none)];
    const judgements = [level('rigorous', outputs, (output, want) => bound(one, output, want))];
    const { test } = this.arithmetic;
    const nearest = test.ulp.add <= 0.5 && test.ulp.multiply <= 0.5;
    if (one.kind === 'zeroMean' && statistical && nearest && followsOrder(name, kernel))
      judgements.push(level('statistical', outputs, (output, want) => statistical(one, output, want)));
    if (mirror && this.noMirror(name, kernel) === '') {
      const mirrored = await this.arithmetic.run((f) => mirror(f, flags, one.params, one.inputs));
      if (mirrored) judgements.push(level('mirror', Object.entries(mirrored), () => none));
    }
    return judgements;
  }
}

/** Whether a kernel adds in the order of the contract's own, which mirror and statistical bound repeat. */
function followsOrder(name: ContractName, kernel: Kernel): boolean {
  return kernel.order !== undefined && kernel.order === kernels[name].order;
}
