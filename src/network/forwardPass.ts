import { Program } from '../gpu/program.ts';
import { loadKernels } from '../kernels/load.ts';
import type { Model } from './model.ts';
import { sgd } from './optimizer.ts';
import type { Method } from './plan.ts';
import { Tensors } from './tensors.ts';
import { forward } from './textbook/forward.ts';
import { textbook } from './textbook/index.ts';
import { loss } from './textbook/loss.ts';

/** Which loss of each row is computed after the forward pass. */
export type Judge = Pick<Method, 'loss' | 'huberDelta'>;

const methodOf = (judge?: Judge) => ({ loss: 'mse', huberDelta: 1, ...judge, weighted: false }) as const;

/**
 * What the textbook's forward pass of m rows works on, besides the parameters: `x` [m, inputs], and `layer1.z`,
 * `layer1.a` [m, units] and so on of every layer; with a judge the targets `y` and the `losses` [m] too.
 * @param label what the buffers are called by in errors
 * @throws GpuUnavailableError if a tensor is larger than the adapter allows
 */
export function forwardTensors(
  { gpu, architecture }: Model,
  label: string,
  m: number,
  judge?: Judge,
): Tensors {
  const { tensors } = textbook(architecture, {
    ...methodOf(judge),
    optimizer: sgd(),
    clip: undefined,
    accuracy: false,
    m,
    steps: 1,
    data: [],
  });
  const used = tensors.filter(({ name, role }) => role === 'forward' && (judge || name !== 'y'));
  return new Tensors(gpu, used, `${label}.`);
}

/** The forward pass of m rows with the model's parameters of the moment, without dropout; with a judge each row's loss. */
export async function forwardProgram(
  model: Model,
  label: string,
  m: number,
  tensors: Tensors,
  judge?: Judge,
): Promise<Program> {
  const { gpu, architecture, avoid } = model;
  const passes = [
    ...forward(architecture, m, { training: false, avoid }),
    ...(judge ? loss(architecture, { ...methodOf(judge), m }) : []),
  ];
  const buffers = new Map([...tensors.buffers, ...model.parameters.buffers]);
  return Program.create(gpu, `${label}${m}`, await loadKernels(passes), passes, buffers);
}
