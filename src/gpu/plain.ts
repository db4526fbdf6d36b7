import { GpuUnavailableError, KatmanError, ShaderError } from '../errors.ts';
import { adapterName, describeAdapter } from './adapter.ts';
import { type Buffer, Gpu, STORAGE, UNIFORM } from './gpu.ts';
import { compiled } from './pipelines.ts';
import { readBuffers } from './readback.ts';
import { GUARD, POISON } from './run.ts';

/** A buffer of a kernel that is in no table. */
export interface PlainBinding {
  readonly name: string;
  readonly group: number;
  readonly binding: number;
  readonly access: 'uniform' | 'read' | 'read_write';
  /** Its content; undefined for an output, which then holds NaN. */
  readonly content: Uint8Array | undefined;
  /** Bytes that are the kernel's to touch. */
  readonly bytes: number;
  /** Whether words follow that are not; not where the kernel asks how long the buffer is. */
  readonly guarded: boolean;
}

/** One dispatch of WGSL as it was written. */
export interface PlainKernel {
  /** As errors name it. */
  readonly name: string;
  readonly text: string;
  readonly entryPoint: string;
  readonly overrides: Readonly<Record<string, number>>;
  readonly bindings: readonly PlainBinding[];
  readonly workgroups: readonly [number, number, number];
}

/** What a device must have beyond what WebGPU guarantees. */
export interface PlainWants {
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** Words behind a buffer that no kernel may touch. */
const GUARDS = 64;

/**
 * A device that has what is asked for, and otherwise no more than every adapter has.
 * @throws GpuUnavailableError naming the adapter and what it lacks
 */
export async function openPlain({ features, limits }: PlainWants): Promise<Gpu> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new GpuUnavailableError('This page has no WebGPU adapter: look at the flags of its browser');
  const description = describeAdapter(adapter);
  const refuse = (what: string, has: string): never => {
    throw new GpuUnavailableError(
      `The adapter ${adapterName(description)} (${description.kind}) ${what}; ${has}. Ask for less, or test on another adapter.`,
    );
  };
  for (const feature of features)
    if (!adapter.features.has(feature))
      refuse(`lacks the feature '${feature}'`, `it has ${[...adapter.features].sort().join(', ') || 'none'}`);
  for (const [name, wanted] of Object.entries(limits)) {
    const most = (adapter.limits as unknown as Record<string, number | undefined>)[name];
    if (most === undefined) refuse(`knows no limit '${name}'`, 'limits have the names of WebGPU');
    else if (wanted > most) refuse(`allows a ${name} of ${most}, less than ${wanted}`, 'that is its limit');
  }
  const device = await adapter.requestDevice({
    label: 'katman/testing',
    requiredFeatures: features as GPUFeatureName[],
    requiredLimits: { ...limits },
  });
  return new Gpu(device, description);
}

/**
 * Runs a kernel once. Outputs are filled with NaN beforehand; behind outputs are words that it may not touch, behind
 * inputs is NaN.
 * @returns the bytes of every buffer that it may write, by name
 * @throws ShaderError if it does not compile, is refused or writes behind the end of a buffer
 */
export async function runPlain(gpu: Gpu, kernel: PlainKernel): Promise<Record<string, Uint8Array>> {
  const { device } = gpu;
  const { name, bindings, workgroups } = kernel;
  const layouts = layoutsOf(device, kernel);
  const pipeline = await compiled(gpu, name, kernel.text, (module) =>
    device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: layouts }),
      compute: { module, entryPoint: kernel.entryPoint, constants: { ...kernel.overrides } },
    }),
  );
  const buffers = new Map<PlainBinding, Buffer>();
  try {
    await unrefused(gpu, name, () => {
      for (const one of bindings) buffers.set(one, upload(gpu, name, one));
      gpu.submit(name, (encoder) => {
        const pass = encoder.beginComputePass({ label: name });
        pass.setPipeline(pipeline);
        layouts.forEach((layout, group) => {
          const entries = bindings
            .filter((one) => one.group === group)
            .map((one) => ({ binding: one.binding, resource: { buffer: buffers.get(one)!.raw } }));
          pass.setBindGroup(group, device.createBindGroup({ label: `${name}.${group}`, layout, entries }));
        });
        pass.dispatchWorkgroups(...workgroups);
        pass.end();
      });
    });
    const outputs = bindings.filter(({ access }) => access === 'read_write');
    const read = await readBuffers(
      gpu,
      outputs.map((one) => buffers.get(one)!),
    );
    return Object.fromEntries(outputs.map((one, i) => [one.name, content(name, one, read[i])]));
  } finally {
    for (const buffer of buffers.values()) buffer.destroy();
  }
}

/** A layout for each group up to the highest; groups without bindings have empty ones. */
function layoutsOf(device: GPUDevice, { name, bindings }: PlainKernel): GPUBindGroupLayout[] {
  const types = { uniform: 'uniform', read: 'read-only-storage', read_write: 'storage' } as const;
  return Array.from({ length: Math.max(-1, ...bindings.map(({ group }) => group)) + 1 }, (_, group) =>
    device.createBindGroupLayout({
      label: `${name}.${group}`,
      entries: bindings
        .filter((one) => one.group === group)
        .map(({ binding, access }) => ({ binding, visibility: 0x4, buffer: { type: types[access] } })),
    }),
  );
}

const whole = (bytes: number) => Math.ceil(bytes / 4) * 4;

function upload(
  gpu: Gpu,
  kernel: string,
  { name, access, content: given, bytes, guarded }: PlainBinding,
): Buffer {
  const words = new Uint32Array(whole(bytes) / 4 + (guarded ? GUARDS : 0));
  if (!given) words.fill(POISON);
  // What is read behind the end of an input shows in the result; what is written there, in the guard.
  words.fill(access === 'read' ? POISON : GUARD, whole(bytes) / 4);
  if (given) new Uint8Array(words.buffer).set(given);
  const buffer = gpu.buffer(`${kernel}.${name}`, words.byteLength, access === 'uniform' ? UNIFORM : STORAGE);
  gpu.write(buffer, words);
  return buffer;
}

/** The bytes that are the kernel's. */
function content(kernel: string, { name, bytes }: PlainBinding, read: ArrayBuffer): Uint8Array {
  const behind = new Uint32Array(read, whole(bytes));
  const touched = behind.findIndex((word) => word !== GUARD);
  if (touched >= 0)
    throw new ShaderError(
      `kernel '${kernel}' wrote behind the end of '${name}': it has ${bytes} bytes, and byte ${whole(bytes) + 4 * touched} was changed; check the index against the number of elements`,
    );
  return new Uint8Array(read, 0, bytes);
}

/** Does what asks the device for buffers and work. @throws ShaderError if it refuses */
async function unrefused(gpu: Gpu, name: string, work: () => void): Promise<void> {
  const { device } = gpu;
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let thrown: unknown;
  try {
    work();
  } catch (error) {
    thrown = error;
  }
  const [invalid, memory] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  if (thrown) throw thrown;
  if (invalid) throw new ShaderError(`kernel '${name}' was refused by the GPU: ${invalid.message}`);
  if (memory) throw new KatmanError(`kernel '${name}' needs more memory than there is: ${memory.message}`);
}
