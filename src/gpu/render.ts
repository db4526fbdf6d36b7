import type { Buffer, Gpu } from './gpu.ts';
import { compiled } from './pipelines.ts';

/** A shader that draws strips of triangles, and reads buffers only. */
export class Render {
  private constructor(
    private readonly gpu: Gpu,
    private readonly name: string,
    readonly raw: GPURenderPipeline,
  ) {}

  /**
   * @param text WGSL with the entry points `vertex` and `fragment`, and buffers at the bindings 0, 1, ... of group 0
   * @param format of the texture that it draws to
   * @throws ShaderError if it does not compile
   */
  static async create(
    gpu: Gpu,
    name: string,
    text: string,
    format: GPUTextureFormat,
    constants: Readonly<Record<string, number>> = {},
  ): Promise<Render> {
    const raw = await compiled(gpu, name, text, (module) =>
      gpu.device.createRenderPipelineAsync({
        label: name,
        layout: 'auto',
        vertex: { module, entryPoint: 'vertex', constants },
        fragment: { module, entryPoint: 'fragment', constants, targets: [{ format }] },
        primitive: { topology: 'triangle-strip' },
      }),
    );
    return new Render(gpu, name, raw);
  }

  /** Binds buffers, in the order of their bindings. */
  bind(...buffers: readonly Buffer[]): GPUBindGroup {
    this.gpu.counts.bindGroups++;
    return this.gpu.device.createBindGroup({
      label: this.name,
      layout: this.raw.getBindGroupLayout(0),
      entries: buffers.map(({ raw, offset, bytes }, binding) => ({
        binding,
        resource: { buffer: raw, offset, size: bytes },
      })),
    });
  }
}
