import {
  type ArrayInfo,
  type TemplateInfo,
  type TypeInfo,
  type VariableInfo,
  WgslReflect,
} from 'wgsl_reflect/wgsl_reflect.module.js';
import { KatmanError, UsageError } from '../errors.ts';
import { apart, namesIn } from './functions.ts';

/** The package could not read a text: whether the text is wrong, only the compiler of a browser can say. */
export class UnreadText extends KatmanError {
  override name = 'UnreadText';
}

/** A variable that a test gives something to. */
export interface Variable {
  readonly name: string;
  readonly group: number;
  readonly binding: number;
  readonly access: 'uniform' | 'read' | 'read_write';
  readonly type: TypeInfo;
}

/** What the text of a kernel says of itself. */
export interface Reflection {
  readonly entryPoint: string;
  /** Every variable of the text, and the names of those that the entry point needs. */
  readonly variables: readonly Variable[];
  readonly needed: readonly string[];
  readonly overrides: readonly string[];
}

/**
 * Reads bindings, entry points and overrides from WGSL.
 * @throws UnreadText if it cannot be read, UsageError if it has no such entry point, or needs what cannot be given
 */
export function reflect(text: string, wanted: string | undefined): Reflection {
  const { declarations, bodies } = apart(text);
  let shader: WgslReflect;
  try {
    shader = new WgslReflect(declarations);
  } catch (error) {
    throw new UnreadText(String((error as Error).message ?? error));
  }
  const entries = shader.entry.compute.map(({ name }) => name);
  const list = entries.join(', ');
  if (!entries.length)
    throw new UsageError('the WGSL has no entry point: one function needs @compute and @workgroup_size');
  if (wanted === undefined && entries.length > 1)
    throw new UsageError(`the WGSL has several compute entry points (${list}): name one as entryPoint`);
  const entryPoint = wanted ?? entries[0];
  if (!entries.includes(entryPoint))
    throw new UsageError(`the WGSL has no compute entry point '${entryPoint}'; it has ${list}`);
  const variables = [...shader.uniforms, ...shader.storage]
    .filter((variable) => variable.access !== 'write')
    .map((variable): Variable => {
      const { name, group, binding, type } = variable;
      return { name, group, binding, type, access: accessOf(shader, variable) };
    });
  const names = namesIn(bodies, entryPoint);
  const needed = [...variables, ...shader.textures, ...shader.samplers]
    .map(({ name }) => name)
    .filter((name) => names.has(name));
  const foreign = needed.find((name) => !variables.some((variable) => variable.name === name));
  if (foreign !== undefined)
    throw new UsageError(
      `the WGSL needs '${foreign}', a texture or sampler: only buffers can be given to a kernel here`,
    );
  return { entryPoint, variables, needed, overrides: shader.overrides.map(({ name }) => name) };
}

function accessOf(shader: WgslReflect, variable: VariableInfo): Variable['access'] {
  if (shader.uniforms.includes(variable)) return 'uniform';
  return variable.access === 'read_write' ? 'read_write' : 'read';
}

export const isArray = (type: TypeInfo): type is ArrayInfo => type.isArray;

/** The type of the numbers that a type is made of, if they are all of one: `f32` of `array<vec4<f32>>`. */
export function scalarOf(type: TypeInfo): 'f32' | 'i32' | 'u32' | 'f16' | undefined {
  if (isArray(type)) return scalarOf(type.format);
  if (type.name === 'atomic') return scalarOf((type as TemplateInfo).format!);
  const [, full, letter] =
    /^(?:(f32|i32|u32|f16)|(?:vec\d|mat\dx\d)([fiuh]))$/.exec(type.getTypeName()) ?? [];
  return (full ?? { f: 'f32', i: 'i32', u: 'u32', h: 'f16' }[letter]) as ReturnType<typeof scalarOf>;
}

/** As a person wrote it: an array without a count has none. */
export function typeName(type: TypeInfo): string {
  if (!isArray(type)) return type.getTypeName();
  return `array<${typeName(type.format)}${type.count ? `, ${type.count}` : ''}>`;
}
