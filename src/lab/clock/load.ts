import type { Buffer, Gpu } from '../../gpu/gpu.ts';
import { readInterface } from '../../gpu/interface.ts';
import type { Kernel, Params } from '../../gpu/kernel.ts';
import { kernelText } from '../../gpu/pipelines.ts';
import { Program } from '../../gpu/program.ts';
import { library } from '../../kernels/library.ts';

/** One use of a kernel: all that is needed to run it, again and again. */
export interface Use {
  readonly kernel: Kernel;
  readonly flags: readonly string[];
  readonly params: Params;
  /** By binding; of an output too, where the kernel changes it in place. */
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
}

/** A kernel with its inputs on the device. */
export interface Loaded {
  readonly program: Program;
  /** Read and written by one dispatch, each number once. */
  readonly bytes: number;
  dispose(): void;
}

/** Puts the inputs on the device, once, and compiles the kernel. */
export async function load(gpu: Gpu, { kernel, flags, params, inputs }: Use): Promise<Loaded> {
  const { name } = kernel;
  const buffers = new Map<string, Buffer>();
  const sizes = kernel.outputs(params);
  let bytes = 0;
  const free = () => {
    for (const buffer of buffers.values()) buffer.destroy();
  };
  try {
    for (const { name: binding, access } of readInterface(kernelText(kernel, flags, library)).bindings) {
      if (access === 'uniform') continue;
      const input = inputs[binding];
      const buffer = input
        ? gpu.upload(`${name}.${binding}`, input)
        : gpu.buffer(`${name}.${binding}`, 4 * sizes[binding]);
      buffers.set(binding, buffer);
      bytes += (access === 'read_write' && input ? 2 : 1) * buffer.bytes;
    }
    const tensors = Object.fromEntries([...buffers.keys()].map((binding) => [binding, binding]));
    const passes = [{ label: name, kernel: name, flags, params, tensors }];
    const program = await Program.create(
      gpu,
      name,
      { kernels: { [name]: kernel }, library },
      passes,
      buffers,
    );
    const dispose = () => {
      program.dispose();
      free();
    };
    return { program, bytes, dispose };
  } catch (error) {
    free();
    throw error;
  }
}
