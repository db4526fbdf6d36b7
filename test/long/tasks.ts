import type { Task } from '../../src/cli/tasks.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { checkKernel } from '../../src/lab/check.ts';
import type { Case, Level } from '../../src/lab/contract.ts';
import { normals } from '../../src/lab/inputs.ts';
import { Judge } from '../../src/lab/judge.ts';
import { Random } from '../../src/random.ts';

const MOST_SIDE = 257;

/** A case of random shape, variant and inputs. */
function randomCase(name: KernelName, random: Random): Case {
  const side = () => 1 + (random.integer() % MOST_SIDE);
  const normal = (length: number) => normals(random, length);
  const { variants } = kernels[name];
  const flags = variants[random.integer() % variants.length];
  const [m, k, n] = [side(), side(), side()];
  const made = {
    columnSums: () => ({ params: { m, n, scale: 1 / m }, inputs: { a: normal(m * n) } }),
    mean: () => ({ params: { count: m * n }, inputs: { x: normal(m * n) } }),
    squares: () => ({
      params: { count: m * n, slot: 0 },
      inputs: { x: normal(m * n), out: new Float32Array(1) },
    }),
  } as Partial<Record<KernelName, () => Pick<Case, 'params' | 'inputs'>>>;
  const product = () => ({
    params: { m, k, n, scale: random.uniform(0.1, 1) },
    inputs: {
      a: normal(m * k),
      b: normal(k * n),
      ...(flags.includes('BIAS') && { bias: normal(n) }),
    },
  });
  return { flags, ...(made[name] ?? product)(), kind: 'zeroMean' };
}

export const tasks: Record<string, Task> = {
  /** How many of at least so many correct numbers each level refuses. */
  async falseAlarms({ elements, seed }: { elements: number; seed: number }) {
    const gpu = await openGpu();
    const judge = await Judge.create(gpu);
    const random = new Random(seed);
    const compared: Partial<Record<Level, number>> = {};
    const refused: string[] = [];
    const names = ['matmul', 'matmulTiled', 'columnSums', 'mean', 'squares'] as const;
    try {
      for (let i = 0; (compared.statistical ?? 0) < elements; i++) {
        const name = names[i % names.length];
        const cases = [randomCase(name, random)];
        const { levels } = await checkKernel(gpu, kernels[name], { judge, cases });
        for (const [level, { elements: some, fraction, where }] of Object.entries(levels)) {
          compared[level as Level] = (compared[level as Level] ?? 0) + some;
          if (!(fraction <= 1)) refused.push(`${level}: ${where}`);
        }
      }
    } finally {
      gpu.dispose();
    }
    return { compared, refused };
  },
};
