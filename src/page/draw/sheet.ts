/** A canvas that WebGPU draws to. */
export class Sheet {
  readonly #context: GPUCanvasContext;
  #configured = false;
  #width: number;
  #height: number;

  /** @throws Error if the canvas has no context for WebGPU */
  constructor(
    private readonly canvas: OffscreenCanvas,
    private readonly device: GPUDevice,
    private readonly format: GPUTextureFormat,
  ) {
    // The types of the browser know this context of pages' canvases only.
    const context = canvas.getContext('webgpu' as '2d') as unknown as GPUCanvasContext | null;
    if (!context) throw new Error('This canvas has no WebGPU context');
    this.#context = context;
    this.#width = canvas.width;
    this.#height = canvas.height;
  }

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  resize(width: number, height: number): void {
    this.#width = Math.max(1, Math.round(width));
    this.#height = Math.max(1, Math.round(height));
  }

  /**
   * What to draw to now. A canvas is empty once its size or its device changes, so that is done here, where it is
   * drawn anew at once.
   */
  view(): GPUTextureView {
    const { canvas, device, format } = this;
    if (canvas.width !== this.#width) canvas.width = this.#width;
    if (canvas.height !== this.#height) canvas.height = this.#height;
    if (!this.#configured) this.#context.configure({ device, format, alphaMode: 'premultiplied' });
    this.#configured = true;
    return this.#context.getCurrentTexture().createView();
  }
}
