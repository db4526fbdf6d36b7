import { GpuUnavailableError } from '../errors.ts';
import { describeAdapter } from './adapter.ts';
import { Gpu } from './gpu.ts';
import { TIMESTAMPS } from './timestamps.ts';

export interface OpenOptions {
  powerPreference?: GPUPowerPreference;
  /** 'adapter' asks for all that the adapter can hold (the default); 'default' for WebGPU's guaranteed limits. */
  limits?: 'adapter' | 'default';
}

const RAISED = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;

/**
 * Opens the GPU of this page, worker or process.
 * @throws GpuUnavailableError saying whether WebGPU, an adapter or a device is missing, and what to do
 */
export async function openGpu({
  powerPreference = 'high-performance',
  limits = 'adapter',
}: OpenOptions = {}): Promise<Gpu> {
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
    return new Gpu(
      await adapter.requestDevice({ label: 'katman', requiredLimits, requiredFeatures }),
      describeAdapter(adapter),
    );
  } catch (error) {
    throw new GpuUnavailableError(`The adapter gave no device: ${(error as Error).message}`);
  }
}
