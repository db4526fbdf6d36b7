import type { Task } from '../../src/cli/tasks.ts';
import { type Buffer, type Gpu, UNIFORM } from '../../src/gpu/gpu.ts';
import { type Kernel, type Pass, constantsOf } from '../../src/gpu/kernel.ts';
import { openGpu } from '../../src/gpu/open.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { Program } from '../../src/gpu/program.ts';
import { readBuffer } from '../../src/gpu/readback.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library } from '../../src/kernels/library.ts';
import { casesOf, contractOf } from '../../src/lab/workbench/shape.ts';
import { readInterface } from '../../src/gpu/interface.ts';
import { type Architecture, dense } from '../../src/network/layers.ts';
import { Model } from '../../src/network/model.ts';
import { momentum } from '../../src/network/optimizer.ts';
import { passesOf } from '../../src/network/plan.ts';
import { planOf, refusalOf } from '../../src/network/plans.ts';
import { ResidentData } from '../../src/network/residentData.ts';
import { packSchedule } from '../../src/network/schedule.ts';
import { Tensors } from '../../src/network/tensors.ts';
import { Random } from '../../src/random.ts';
import type { GpuChoice } from '../../src/session/choice.ts';
import { type Among, touching } from './touches.ts';

/** What the passes of a step, or a kernel, did to each other. */
export interface Races {
  /** Passes that were watched, and arrays in each. */
  readonly passes: number;
  readonly watched: number;
  /** One sentence for each pass with a race. */
  readonly found: readonly string[];
}

interface Watching {
  readonly among: Among;
  /** The barrier that is left out: of which kernel, and the how manyeth. */
  readonly without?: { readonly kernel: string; readonly index: number };
}

/** Runs passes one after the other, each with a shadow of its own. */
async function watch(
  gpu: Gpu,
  passes: readonly Pass[],
  buffers: ReadonlyMap<string, Buffer>,
  { among, without }: Watching,
): Promise<Races> {
  const all = new Map(buffers);
  const table: Record<string, Kernel> = {};
  const names: (readonly string[])[] = [];
  const watching = passes.map((pass, i): Pass => {
    const kernel = kernels[pass.kernel as KernelName];
    if (without && without.kernel !== kernel.name) {
      names.push([]);
      return pass;
    }
    const constants = constantsOf(kernel, pass.constants);
    const groups = kernel.workgroups(pass.params, constants, pass.flags);
    const made = touching(
      kernelText(kernel, pass.flags, library, pass.constants),
      (name) => buffers.get(pass.tensors[name])!.bytes / 4,
      among,
      without?.index,
    );
    names.push(made.watched);
    const name = `${i} ${kernel.name}`;
    all.set(`shadow${i}`, gpu.buffer(`shadow${i}`, 4 * made.words(groups)));
    const overrides = kernel.overrides ?? {};
    table[name] = {
      ...{ name, flags: [], variants: [[]], overrides, outputs: () => ({}), flops: () => 0 },
      source: made.text,
      workgroups: () => groups,
    };
    return {
      ...{ label: pass.label, kernel: name, flags: [], params: pass.params },
      tensors: { ...pass.tensors, katman_shadow: `shadow${i}` },
      constants: Object.fromEntries(Object.entries(constants).filter(([one]) => one in overrides)),
    };
  });
  const program = await Program.create(
    gpu,
    'watched',
    { kernels: { ...kernels, ...table }, library },
    watching,
    all,
  );
  try {
    gpu.submit('watched', (encoder) => {
      const pass = encoder.beginComputePass({ label: 'watched' });
      program.encode(pass);
      pass.end();
    });
    const found: string[] = [];
    for (const [i, { label }] of passes.entries()) {
      if (!names[i].length) continue;
      const [count, place, index, self, group] = new Uint32Array(
        await readBuffer(gpu, all.get(`shadow${i}`)!),
      );
      if (!count) continue;
      const name = names[i][place % 1000] ?? '?';
      found.push(
        place < 1000
          ? `${label}: ${count} races, the first on ${name}[${index}], by invocation ${self} of workgroup ${group}`
          : `${label}: ${name}[${index}] is beyond what is watched`,
      );
    }
    return { passes: passes.length, watched: names.reduce((sum, { length }) => sum + length, 0), found };
  } finally {
    program.dispose();
    passes.forEach((_, i) => all.get(`shadow${i}`)?.destroy());
  }
}

/** A network of so many units in its first layer. */
const networkOf = (units: number): Architecture => ({
  inputs: 5,
  layers: [dense(units, 'tanh', { dropout: 0.25 }), dense(6, 'relu'), dense(3, 'softmax')],
});
const ROWS = 13;

/** What makes a step. */
export interface StepInput {
  readonly choice: GpuChoice;
  readonly clip?: number;
  /** Units of the first layer: with 40 the resident plan takes the kernel for larger networks. */
  readonly units?: number;
}

/** One step of a plan (two, where a dispatch takes many), all of it watched. */
async function watchStep(
  gpu: Gpu,
  { choice, clip, units = 9 }: StepInput,
  watching: Watching,
): Promise<Races> {
  const architecture = networkOf(units);
  const random = new Random(5);
  const held = ROWS + 3;
  const model = new Model(gpu, architecture, { seed: 2 });
  const y = Float32Array.from({ length: 3 * held }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3));
  const x = Float32Array.from({ length: 5 * held }, () => random.normal());
  const data = new ResidentData(gpu, architecture, { rows: held, x, y });
  const method = {
    ...{ loss: 'softmaxCrossEntropy' as const, huberDelta: 1, optimizer: momentum(), clip },
    ...{ weighted: false, accuracy: true, tile: choice.tile },
  };
  const options = { ...method, m: ROWS, room: ROWS, steps: 4, data: data.parts };
  const reason = refusalOf(choice.plan, architecture, options);
  if (reason) throw new Error(reason);
  const plan = await planOf(choice.plan, architecture, options);
  const own = new Tensors(
    gpu,
    plan.tensors.filter(({ role }) => !['data', 'parameter', 'moment'].includes(role)),
  );
  const tables = [...(plan.tables ?? [])].map(([name, content]): [string, Buffer] => {
    const buffer = gpu.buffer(name, content.byteLength, UNIFORM);
    gpu.write(buffer, content);
    return [name, buffer];
  });
  const moments = model.moments(method.optimizer);
  try {
    const step = (index: number) => ({
      ...{ index, epoch: 0, first: 0, rows: ROWS, shuffleKey: 77, dropoutKey: 5 + index },
      ...{ learningRate: 0.1, correctionM: 1, correctionV: 1 },
    });
    gpu.write(own.get('schedule'), packSchedule([step(0), step(1)], plan.takesMany ? 2 : 1));
    const buffers = new Map([
      ...tables,
      ...own.bindable,
      ...data.tensors.bindable,
      ...model.parameters.bindable,
      ...moments.tensors.bindable,
    ]);
    return await watch(gpu, passesOf(plan), buffers, watching);
  } finally {
    for (const [, table] of tables) table.destroy();
    for (const thing of [own, data, model]) thing.dispose();
  }
}

/** A small case of a kernel's contract. */
async function watchKernel(gpu: Gpu, name: KernelName, watching: Watching): Promise<Races> {
  const kernel = kernels[name];
  const flags = kernel.variants[0];
  const one = casesOf(contractOf(kernel)).find(
    ({ flags: own, params: { count = 70, m = 40, k = 33, n = 33 } }) =>
      String(own) === String(flags) && count > 65 && m > 32 && n > 32 && k > 32,
  )!;
  const outputs = kernel.outputs(one.params);
  const buffers = new Map<string, Buffer>();
  try {
    for (const { name: binding, access } of readInterface(kernelText(kernel, flags, library)).bindings)
      if (access !== 'uniform')
        buffers.set(binding, gpu.upload(binding, one.inputs[binding] ?? new Float32Array(outputs[binding])));
    const tensors = Object.fromEntries([...buffers.keys()].map((binding) => [binding, binding]));
    const pass: Pass = { label: name, kernel: name, flags, params: one.params, tensors };
    return await watch(gpu, [pass], buffers, watching);
  } finally {
    for (const buffer of buffers.values()) buffer.destroy();
  }
}

async function onGpu<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await openGpu();
  try {
    return await work(gpu);
  } finally {
    gpu.dispose();
  }
}

export const tasks: Record<string, Task> = {
  watchStep: ({ choice, clip, units, ...watching }: Watching & StepInput) =>
    onGpu((gpu) => watchStep(gpu, { choice, clip, units }, watching)),

  watchKernel: ({ name, ...watching }: Watching & { name: KernelName }) =>
    onGpu((gpu) => watchKernel(gpu, name, watching)),
};
