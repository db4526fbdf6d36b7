import { ShaderError } from '../errors.ts';
import { specialize } from '../wgsl/specialize.ts';
import type { Gpu } from './gpu.ts';
import { readInterface, type ShaderInterface } from './interface.ts';
import { type Kernel, type Params, constantsOf, variantName } from './kernel.ts';

/** A compiled variant of a kernel. */
export interface Pipeline {
  readonly name: string;
  /** The text that was compiled. */
  readonly text: string;
  readonly shader: ShaderInterface;
  readonly raw: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The counts and the overrides of a kernel, those that a pass wants otherwise in their place. */
function split(kernel: Kernel, wanted: Params): { counts: Params; overrides: Params } {
  const all = Object.entries(constantsOf(kernel, wanted));
  const isOverride = ([name]: [string, number]) => name in (kernel.overrides ?? {});
  return {
    counts: Object.fromEntries(all.filter((entry) => !isOverride(entry))),
    overrides: Object.fromEntries(all.filter(isOverride)),
  };
}

/** The text of a kernel with these flags on. */
export function kernelText(
  kernel: Kernel,
  on: readonly string[],
  library: Readonly<Record<string, string>>,
  constants: Params = {},
): string {
  for (const flag of on) {
    if (!kernel.flags.includes(flag)) throw new ShaderError(`kernel '${kernel.name}' has no flag '${flag}'`);
  }
  const flags = Object.fromEntries(kernel.flags.map((flag) => [flag, on.includes(flag)]));
  try {
    return specialize(kernel.source, { flags, counts: split(kernel, constants).counts, library });
  } catch (error) {
    throw new ShaderError(`${variantName(kernel.name, on)}: ${(error as Error).message}`);
  }
}

/** Compiles each text once; whoever asks while it compiles gets the same promise. */
export class PipelineCache {
  readonly #made = new Map<string, Promise<Pipeline>>();

  constructor(private readonly gpu: Gpu) {}

  /** The text of every variant compiled so far, by its name. */
  async texts(): Promise<Map<string, string>> {
    const pipelines = await Promise.all(this.#made.values());
    return new Map(pipelines.map(({ name, text }) => [name, text]));
  }

  /** @throws ShaderError with every message of the compiler and the listing */
  get(
    kernel: Kernel,
    flags: readonly string[],
    library: Readonly<Record<string, string>>,
    constants: Params = {},
  ): Promise<Pipeline> {
    const text = kernelText(kernel, flags, library, constants);
    const { overrides } = split(kernel, constants);
    const key = JSON.stringify([text, overrides]);
    let pipeline = this.#made.get(key);
    if (!pipeline) {
      pipeline = compile(this.gpu, variantName(kernel.name, flags, constants), text, overrides);
      this.#made.set(key, pipeline);
      // What does not compile is none of those that were compiled.
      pipeline.catch(() => this.#made.delete(key));
    }
    return pipeline;
  }
}

async function compile(
  gpu: Gpu,
  name: string,
  text: string,
  constants: Readonly<Record<string, number>>,
): Promise<Pipeline> {
  const { device } = gpu;
  const shader = readInterface(text);
  return compiled(gpu, name, text, async (module) => {
    const layout = device.createBindGroupLayout({
      label: name,
      entries: shader.bindings.map(({ binding, access }) => ({
        binding,
        visibility: 0x4,
        buffer: {
          type: access === 'uniform' ? 'uniform' : access === 'read' ? 'read-only-storage' : 'storage',
        },
      })),
    });
    const raw = await device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants },
    });
    return { name, text, shader, raw, layout };
  });
}

/**
 * Makes a pipeline of a text. What `make` asks of the device before it first waits is watched for errors too.
 * @throws ShaderError with every message of the compiler and the listing
 */
export async function compiled<T>(
  gpu: Gpu,
  name: string,
  text: string,
  make: (module: GPUShaderModule) => Promise<T>,
): Promise<T> {
  const { device } = gpu;
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: name, code: text });
  const pipeline = make(module);
  const [invalid, made, { messages }] = await Promise.all([
    device.popErrorScope(),
    pipeline.catch((error: Error) => error),
    module.getCompilationInfo(),
  ]);
  const errors = messages.filter(({ type }) => type === 'error');
  if (errors.length || invalid || made instanceof Error) {
    const said = errors.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`).join('\n');
    const listing = text
      .split('\n')
      .map((line, i) => `${String(i + 1).padStart(4)}  ${line}`)
      .join('\n');
    throw new ShaderError(
      `kernel '${name}' does not compile: ${said || invalid?.message || (made as Error).message}`,
      listing,
    );
  }
  gpu.counts.pipelines++;
  return made;
}
