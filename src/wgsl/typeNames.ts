/** `f32`, `vec3<f32>`, `array<u32,4>`, the name of a struct; `int` and `float` are numbers that take any fitting type. */
export type Type = string;

export const TEMPLATED = /^(array|atomic|bitcast|mat[234]x[234]|ptr|vec[234])$/;
export const SCALAR = /^(f32|f16|i32|u32|bool)$/;
const LETTERS: Readonly<Record<string, string>> = { f: 'f32', h: 'f16', i: 'i32', u: 'u32' };

/** `vec3f` as `vec3<f32>`. */
export function spelt(type: Type): Type {
  return type.replace(
    /\b(vec[234]|mat[234]x[234])([fhiu])\b/g,
    (_, name: string, letter: string) => `${name}<${LETTERS[letter]}>`,
  );
}

/** What stands between the outermost `<` and `>`, cut at its commas. */
export function partsOf(type: Type): Type[] {
  const inner = type.slice(type.indexOf('<') + 1, -1);
  const parts = [''];
  let depth = 0;
  for (const sign of inner) {
    depth += sign === '<' ? 1 : sign === '>' ? -1 : 0;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** What a pointer or an atomic holds. */
export function held(type: Type | undefined): Type | undefined {
  if (type?.startsWith('ptr<')) return held(partsOf(type)[1]);
  return type?.startsWith('atomic<') ? partsOf(type)[0] : type;
}

/** Components of a vector; 1 for a scalar, undefined for all else. */
export function widthOf(type: Type): number | undefined {
  if (SCALAR.test(type) || type === 'int' || type === 'float') return 1;
  const [, width] = /^vec([234])</.exec(type) ?? [];
  return width === undefined ? undefined : Number(width);
}

/** The type of each component. */
export const scalarOf = (type: Type): Type => (type.startsWith('vec') ? partsOf(type)[0] : type);

/** What an operation on these gives: a vector if one is, and the type that is not left open. */
export function together(types: readonly (Type | undefined)[]): Type | undefined {
  let width = 1;
  let scalar: Type = 'int';
  for (const type of types) {
    const own = type && widthOf(type);
    if (!own) return undefined;
    width = Math.max(width, own);
    const one = scalarOf(type);
    if (scalar === 'int' || (scalar === 'float' && one !== 'int')) scalar = one;
  }
  return width === 1 ? scalar : `vec${width}<${scalar}>`;
}

/** The type that a number gets which is written without one. */
export function settled(type: Type): Type {
  return type.replace(/\bint\b/, 'i32').replace(/\bfloat\b/, 'f32');
}

/** The type of a number as it is written. */
export function literal(text: string): Type {
  if (/^0[xX]/.test(text) && !/[pP.]/.test(text)) return LETTERS[/[iu]$/.exec(text)?.[0] ?? ''] ?? 'int';
  const letter = /[fhiu]$/.exec(text)?.[0];
  return letter ? LETTERS[letter] : /[.eEpP]/.test(text) ? 'float' : 'int';
}

/** What an index into it gives. */
export function elementOf(type: Type): Type | undefined {
  if (/^(vec|array)/.test(type)) return partsOf(type)[0];
  const [, rows] = /^mat[234]x([234])</.exec(type) ?? [];
  return rows && `vec${rows}<${partsOf(type)[0]}>`;
}
