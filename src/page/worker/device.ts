import { DataError, GpuUnavailableError, UsageError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type OpenOptions, openGpu } from '../../gpu/open.ts';
import { insist, wasLost } from '../../gpu/reopen.ts';
import type { FromWorker } from './messages.ts';

/** How long the news of a loss may be on its way on a busy machine, in ms. */
const LATE = 3000;

/** The GPU of the page, if there is one: opened when it is first needed, and again after it was lost. */
export class Device {
  gpu: Gpu | undefined;
  /** `default`: no more than WebGPU guarantees, for whoever wants to see what others can hold. */
  limits: OpenOptions['limits'];
  #isMissing = false;
  #isCertified = false;
  /** What whoever draws has last been told of. */
  #known: GPUDevice | undefined;

  /** @param onLost hears of each device that goes away; it may be back already */
  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly onLost: () => void,
  ) {}

  /** Undefined where there is none. @param isLost whether whoever asks says so, after many attempts */
  async open({ isLost = false } = {}): Promise<Gpu | undefined> {
    if (this.gpu || this.#isMissing) return this.gpu;
    const hadOne = this.#known !== undefined;
    const request = () => openGpu({ limits: this.limits, recover: true });
    try {
      // After a loss, the next may take a moment to come.
      this.gpu = await (hadOne && !isLost ? insist(request) : request());
      this.isAnother();
    } catch (error) {
      this.#isMissing = true;
      this.post({ type: 'noGpu', reason: (error as Error).message, lost: hadOne });
      if (hadOne && !isLost) this.post({ type: 'kept', news: { kind: 'cpu', step: 0 } });
    }
    return this.gpu;
  }

  /** Whether it is another device than when this was last asked. */
  isAnother(): boolean {
    const { gpu } = this;
    if (!gpu || gpu.device === this.#known) return false;
    this.#known = gpu.device;
    this.post({ type: 'adapter', adapter: gpu.adapter });
    void gpu.lost.then(this.onLost);
    return true;
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

  /** Whether an error came of the loss of the device, whose news may come late. */
  async wasLost(error: unknown): Promise<boolean> {
    const { gpu } = this;
    if (!gpu) return false;
    // These are never what a lost device says.
    const isOther = [UsageError, DataError, GpuUnavailableError].some((kind) => error instanceof kind);
    const late = isOther ? 0 : LATE;
    await Promise.race([gpu.lost, new Promise((resolve) => setTimeout(resolve, late))]);
    return wasLost(gpu, error);
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

  /** Lets go of it, and of everything on it: the next run opens another. */
  forget(): void {
    this.gpu?.dispose();
    this.gpu = undefined;
    this.#isCertified = false;
  }
}

/** Chrome's words where the GPU process is gone, and the device has not heard of it. */
export const isCut = (error: unknown): boolean =>
  /Instance (reference no longer|dropped)/.test(String(error));
