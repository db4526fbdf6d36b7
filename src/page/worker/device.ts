import type { Gpu } from '../../gpu/gpu.ts';
import { type OpenOptions, openGpu } from '../../gpu/open.ts';
import type { FromWorker } from './messages.ts';

/** The GPU of the page, if there is one: opened when it is first needed, and again after it was lost. */
export class Device {
  gpu: Gpu | undefined;
  /** `default`: no more than WebGPU guarantees, for whoever wants to see what others can hold. */
  limits: OpenOptions['limits'];
  #isMissing = false;
  #isCertified = false;

  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly onLost: (error: unknown) => void,
  ) {}

  /** Undefined where there is none. */
  async open(): Promise<Gpu | undefined> {
    if (this.gpu || this.#isMissing) return this.gpu;
    try {
      const gpu = await openGpu({ limits: this.limits });
      this.gpu = gpu;
      this.post({ type: 'adapter', adapter: gpu.adapter });
      void gpu.lost.then((error) => {
        if (this.gpu === gpu) this.onLost(error);
      });
    } catch (error) {
      this.#isMissing = true;
      this.post({ type: 'noGpu', reason: (error as Error).message });
    }
    return this.gpu;
  }

  /** Measures once what holds on it; what measures is loaded then. */
  async certify(): Promise<void> {
    if (this.#isCertified || !this.gpu) return;
    this.#isCertified = true;
    try {
      const { certify, describeCertificate } = await import('../../lab/certificate.ts');
      this.post({ type: 'certificate', lines: describeCertificate(await certify(this.gpu)) });
    } catch {
      // Whoever trains hears of it.
      this.#isCertified = false;
    }
  }

  /** Whether it has reported an error: from then on, every training on it would fail. */
  get isBroken(): boolean {
    try {
      this.gpu?.check();
      return false;
    } catch {
      return true;
    }
  }

  /** Lets go of it: the next run opens another. */
  forget(): void {
    this.gpu = undefined;
    this.#isCertified = false;
  }
}
