/** What is known of an adapter. */
export interface AdapterDescription {
  /** Who made it, e.g. `intel`; empty, as the next three, where the browser does not tell. */
  readonly vendor: string;
  /** Its family, e.g. `gen-12lp`. */
  readonly architecture: string;
  /** Its number among those of the vendor. */
  readonly device: string;
  /** Its name, as the driver has it. */
  readonly description: string;
  /** Whether WebGPU itself calls it the last resort. */
  readonly isFallbackAdapter: boolean;
  /** `software` computes on the processor. */
  readonly kind: 'hardware' | 'software' | 'unknown';
}

/** An adapter's name, as far as the browser tells: Firefox keeps it to itself. */
export function adapterName({
  vendor,
  architecture,
  device,
  description,
}: Partial<Pick<AdapterDescription, 'vendor' | 'architecture' | 'device' | 'description'>>): string {
  return description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed';
}

const SOFTWARE = /swiftshader|lavapipe|llvmpipe|warp|microsoft basic render/i;

/** Software is a fallback adapter, or one that names a software rasterizer; one without a name cannot be told. */
export function describeAdapter({ info }: GPUAdapter): AdapterDescription {
  const { vendor, architecture, device, description } = info;
  const isFallbackAdapter = info.isFallbackAdapter ?? false;
  const names = [vendor, architecture, device, description].join(' ');
  const kind = isFallbackAdapter || SOFTWARE.test(names) ? 'software' : vendor ? 'hardware' : 'unknown';
  return { vendor, architecture, device, description, isFallbackAdapter, kind };
}
