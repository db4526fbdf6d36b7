import { GpuUnavailableError } from '../errors.ts';
import { describeAdapter } from './adapter.ts';
import { Gpu, type Opened } from './gpu.ts';
import { TIMESTAMPS } from './timestamps.ts';

/** How a GPU is opened. */
export interface OpenOptions {
  /** Which of several GPUs; `high-performance` by default. */
  powerPreference?: GPUPowerPreference;
  /** 'adapter' asks for all that the adapter can hold (the default); 'default' for WebGPU's guaranteed limits. */
  limits?: 'adapter' | 'default';
  /**
   * Whether a training goes on by itself when the device is lost: it opens another in its place, goes back to the
   * last state that it has kept in memory, and makes the steps since then again. False by default.
   */
  recover?: boolean;
}

const RAISED = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;

/**
 * Opens the GPU of this page, worker or process.
 * @throws GpuUnavailableError saying whether WebGPU, an adapter or a device is missing, and what to do
 */
export async function openGpu(options: OpenOptions = {}): Promise<Gpu> {
  const { device, adapter } = await request(options);
  return new Gpu(device, adapter, options.recover ? () => request(options) : undefined);
}

async function request({
  powerPreference = 'high-performance',
  limits = 'adapter',
}: OpenOptions): Promise<Opened> {
  if (!globalThis.navigator?.gpu) {
    const insecure = globalThis.isSecureContext === false;
    throw new GpuUnavailableError(
      insecure
        ? 'WebGPU is hidden on insecure pages: open this page over https or from localhost'
        : 'This browser has no WebGPU: use a current Chrome, Edge, Safari or Firefox, or switch WebGPU on in its settings',
    );
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference });
  if (!adapter) {
    throw new GpuUnavailableError(
      'WebGPU is here, but no adapter: update the graphics driver, or start Chrome with --enable-unsafe-webgpu',
    );
  }
  const requiredLimits: Record<string, number> = {};
  if (limits === 'adapter') for (const name of RAISED) requiredLimits[name] = adapter.limits[name];
  // With timestamps the clock of the lab measures passes on the device itself; with subgroups there are faster products.
  const wanted: readonly GPUFeatureName[] = [TIMESTAMPS, 'subgroups'];
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
  try {
    return {
      device: await adapter.requestDevice({ label: 'katman', requiredLimits, requiredFeatures }),
      adapter: describeAdapter(adapter),
    };
  } catch (error) {
    throw new GpuUnavailableError(`The adapter gave no device: ${(error as Error).message}`);
  }
}
