import { ShaderError } from '../../errors.ts';
import { type Binding, type ShaderInterface, readInterface } from '../../gpu/interface.ts';
import { type Kernel, constantsOf } from '../../gpu/kernel.ts';
import { kernelText } from '../../gpu/pipelines.ts';
import { kernels } from '../../kernels/index.ts';
import { library } from '../../kernels/library.ts';
import type { KernelName } from '../../kernels/index.ts';
import { type Token, tokensOf } from '../../wgsl/tokens.ts';

/** What is wrong with the bindings of a text: one sentence each, with the place in it. */
export interface Difference {
  /** Offset in the text; undefined where something is missing. */
  readonly at: number | undefined;
  readonly message: string;
}

/** How the bindings and params of a text differ from those of the kernel whose place it takes. */
export function differences(text: string, { name }: Kernel, flags: readonly string[]): Difference[] {
  const row = kernels[name as KernelName];
  const wanted = readInterface(kernelText(row, flags, library, constantsOf(row)));
  const tokens = tokensOf(text);
  let got: ShaderInterface;
  try {
    got = readInterface(text);
  } catch (error) {
    if (!(error instanceof ShaderError)) throw error;
    return [{ at: text.indexOf('struct Params'), message: `The struct Params: ${error.message}` }];
  }
  const declared = declarations(tokens);
  const found: Difference[] = [];
  for (const { name: own, at } of declared) {
    const binding = got.bindings.find((one) => one.name === own);
    const want = wanted.bindings.find((one) => one.name === own);
    if (!want)
      found.push({
        at,
        message: `The kernel '${name}' has no binding '${own}'; it has ${wanted.bindings.map((one) => one.name).join(', ')}`,
      });
    else if (!binding)
      found.push({ at, message: `The binding '${own}' is to be declared as '${declarationOf(want)}'` });
    else if (binding.access !== want.access || scalar(binding.type) !== scalar(want.type))
      found.push({
        at,
        message: `The binding '${own}' is ${describe(binding)}, and is to be ${describe(want)}: '${declarationOf(want)}'`,
      });
    const twice = got.bindings.find((one) => one.name !== own && one.binding === binding?.binding);
    if (binding && twice && twice.name < own)
      found.push({ at, message: `The bindings '${twice.name}' and '${own}' have the same number` });
  }
  for (const want of wanted.bindings)
    if (!declared.some((one) => one.name === want.name))
      found.push({
        at: undefined,
        message: `The binding '${want.name}' is missing; declare '${declarationOf(want)}'`,
      });
  return [...found, ...paramDifferences(got.params, wanted.params, text)];
}

function paramDifferences(
  got: ShaderInterface['params'],
  wanted: ShaderInterface['params'],
  text: string,
): Difference[] {
  const list = (fields: ShaderInterface['params']) =>
    fields
      .map(({ name, type }) => `${name}: ${type}`)
      .sort()
      .join(', ');
  if (list(got) === list(wanted)) return [];
  const fields = wanted.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const at = text.indexOf('struct Params');
  return [
    {
      at: at < 0 ? undefined : at,
      message: `The params are to be 'struct Params { ${fields} }', in any order; the text has ${list(got) || 'none'}`,
    },
  ];
}

/** Every variable that is a buffer, whatever its attributes. */
function declarations(tokens: readonly Token[]): { name: string; at: number }[] {
  return tokens.flatMap(({ text, at }, i) => {
    if (
      text !== 'var' ||
      tokens[i + 1]?.text !== '<' ||
      !/^(uniform|storage)$/.test(tokens[i + 2]?.text ?? '')
    )
      return [];
    const end = tokens.findIndex((token, j) => j > i && token.text === '>');
    return [{ name: tokens[end + 1]?.text ?? '', at }];
  });
}

/** A buffer may be read in fours where its sizes allow it. */
const scalar = (type: string) => ({ vec4f: 'f32', vec4u: 'u32', vec2f: 'f32', vec2u: 'u32' })[type] ?? type;

const describe = ({ access, type }: Binding) =>
  access === 'uniform' ? 'a uniform' : `${access === 'read' ? 'read' : 'read and written'}, of ${type}`;

const declarationOf = ({ binding, name, access, type }: Binding) =>
  `@group(0) @binding(${binding}) ` +
  (access === 'uniform'
    ? `var<uniform> ${name}: ${type};`
    : `var<storage, ${access}> ${name}: array<${type}>;`);
