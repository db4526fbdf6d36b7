import { ShaderError } from '../errors.ts';
import type { Params } from './kernel.ts';

export interface Binding {
  readonly binding: number;
  readonly name: string;
  readonly access: 'uniform' | 'read' | 'read_write';
  /** Element type of the array, e.g. `f32`. */
  readonly type: string;
}

/** The bindings and the params of a shader, read from its text: nobody keeps a second list. */
export interface ShaderInterface {
  readonly bindings: readonly Binding[];
  readonly params: readonly { readonly name: string; readonly type: 'f32' | 'u32' }[];
}

const BINDING =
  /@group\(0\)\s*@binding\((\d+)\)\s*var<(uniform|storage)(?:,\s*(read|read_write))?>\s*(\w+)\s*:\s*(?:array<)?(?:atomic<)?(\w+)/g;

/** @throws ShaderError if the params are not scalars of 4 bytes */
export function readInterface(text: string): ShaderInterface {
  const bindings = [...text.matchAll(BINDING)].map(([, binding, space, access = 'read', name, type]) => ({
    binding: Number(binding),
    name,
    access: space === 'uniform' ? ('uniform' as const) : (access as 'read' | 'read_write'),
    type,
  }));
  const fields = /struct Params\s*\{([^}]*)\}/.exec(text)?.[1] ?? '';
  const params = fields
    .split(',')
    .map((field) => field.trim())
    .filter(Boolean)
    .map((field) => {
      const [, name, type] = /^(\w+)\s*:\s*(f32|u32)$/.exec(field) ?? [];
      if (!name) throw new ShaderError(`params are scalars of type f32 or u32, found '${field}'`);
      return { name, type: type as 'f32' | 'u32' };
    });
  return { bindings, params };
}

/**
 * The bytes of a uniform. Its size is a multiple of 16, as the layout rules ask.
 * @throws ShaderError naming a field that is missing or that the shader does not have
 */
export function packParams(fields: ShaderInterface['params'], values: Params, label: string): ArrayBuffer {
  const bytes = new ArrayBuffer(Math.max(16, Math.ceil(fields.length / 4) * 16));
  const view = new DataView(bytes);
  fields.forEach(({ name, type }, i) => {
    const value = values[name];
    if (value === undefined) throw new ShaderError(`${label}: param '${name}' is not given`);
    if (type === 'f32') view.setFloat32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  for (const name of Object.keys(values)) {
    if (!fields.some((field) => field.name === name)) {
      throw new ShaderError(
        `${label}: the shader has no param '${name}'; it has ${fields.map((f) => f.name).join(', ')}`,
      );
    }
  }
  return bytes;
}
