import { describe, expect, it } from 'vitest';
import { adapterName, describeAdapter } from '../../src/gpu/adapter.ts';

const adapter = (info: object) =>
  describeAdapter({
    info: { vendor: '', architecture: '', device: '', description: '', ...info },
  } as GPUAdapter);

describe('what is known of an adapter', () => {
  it('of one without a name, as in Firefox, only whether it is a fallback', () => {
    expect(adapter({}).kind).toBe('unknown');
    expect(adapter({ isFallbackAdapter: true }).kind).toBe('software');
    expect(adapterName(adapter({}))).toBe('unnamed');
  });

  it('software is named by its rasterizer', () => {
    expect(adapter({ vendor: 'google', architecture: 'swiftshader' }).kind).toBe('software');
    expect(adapter({ vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }).kind).toBe(
      'software',
    );
    expect(adapter({ vendor: 'nvidia', architecture: 'ampere' }).kind).toBe('hardware');
    expect(adapterName(adapter({ vendor: 'nvidia', architecture: 'ampere' }))).toBe('nvidia ampere');
  });
});
