/** What is known of an adapter. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
  readonly kind: 'hardware' | 'software' | 'unknown';
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
