import { ShaderError, ShapeError } from '../errors.ts';
import type { Buffer, Gpu } from './gpu.ts';
import type { Kernel, Params } from './kernel.ts';
import { kernelText } from './pipelines.ts';
import { Program } from './program.ts';
import { readBuffer } from './readback.ts';
import { readInterface } from './interface.ts';

/** On what a kernel is run. */
export interface RunKernelOptions {
  /** The flags that are on; none by default. */
  readonly flags?: readonly string[];
  /** The fields of its uniform. */
  readonly params: Params;
  /** The content of every input by binding name; of an output too, where the kernel changes it in place. */
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
  /** The files that the kernel includes. */
  readonly library: Readonly<Record<string, string>>;
  /** Most workgroups in a row of the dispatch, to see a small one folded; WebGPU's own limit if left out. */
  readonly widest?: number;
}

/** Words behind every output that no kernel may touch, and what outputs hold before they are written. */
const GUARDS = 64;
export const POISON = 0x7fc0dead;
/** About 1.2346: NaN would come through most arithmetic as it was. */
export const GUARD = 0x3f9e0652;

/**
 * Runs one kernel once.
 *
 * Outputs are filled with NaN beforehand and followed by guard words, so that an element left out is
 * seen, and a write behind the end is an error.
 * @returns the outputs by binding name
 * @throws ShaderError if it does not compile or writes where it must not, ShapeError for a missing input
 */
export async function runKernel(
  gpu: Gpu,
  kernel: Kernel,
  { flags = [], params, inputs, library, widest }: RunKernelOptions,
): Promise<Record<string, Float32Array | Uint32Array>> {
  const { bindings } = readInterface(kernelText(kernel, flags, library));
  const sizes = kernel.outputs(params);
  const buffers = new Map<string, Buffer>();
  const outputs = bindings.filter(({ access }) => access === 'read_write');
  try {
    for (const { name, access } of bindings) {
      if (access === 'uniform') continue;
      const input = inputs[name];
      if (access === 'read') {
        if (!input) throw new ShapeError(`kernel '${kernel.name}' needs the input '${name}'`);
        buffers.set(name, gpu.upload(`${kernel.name}.${name}`, input));
        continue;
      }
      const size = input?.length ?? sizes[name];
      const guarded = new Uint32Array(size + GUARDS).fill(POISON, 0, size).fill(GUARD, size);
      if (input) guarded.set(new Uint32Array(input.buffer, input.byteOffset, size));
      buffers.set(name, gpu.upload(`${kernel.name}.${name}`, guarded));
    }
    const tensors = Object.fromEntries([...buffers.keys()].map((name) => [name, name]));
    const pass = { label: kernel.name, kernel: kernel.name, flags, params, tensors };
    const program = await Program.create(
      gpu,
      kernel.name,
      { kernels: { [kernel.name]: kernel }, library },
      [pass],
      buffers,
      widest,
    );
    gpu.submit(kernel.name, (encoder) => {
      const encoded = encoder.beginComputePass({ label: kernel.name });
      program.encode(encoded);
      encoded.end();
    });
    const results: Record<string, Float32Array | Uint32Array> = {};
    for (const { name, type } of outputs) {
      const bits = new Uint32Array(await readBuffer(gpu, buffers.get(name)!));
      const size = bits.length - GUARDS;
      const touched = bits.subarray(size).findIndex((word) => word !== GUARD);
      if (touched >= 0)
        throw new ShaderError(
          `kernel '${kernel.name}' wrote ${touched + 1} behind the end of '${name}' (${size} numbers)`,
        );
      results[name] = type === 'u32' ? bits.slice(0, size) : new Float32Array(bits.buffer, 0, size).slice();
    }
    program.dispose();
    return results;
  } finally {
    for (const buffer of buffers.values()) buffer.destroy();
  }
}
