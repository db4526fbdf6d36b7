/** More than any right loop takes. */
const MOST = 5000;

/**
 * The same shader, in which no loop runs for ever: a GPU that hangs takes the browser with it, and
 * cannot be told to stop. A loop that runs out of fuel writes behind the end of an output, which the
 * guard words show, and breaks off.
 * @param output an output of the kernel that contains this text, of floats
 */
export function withFuel(source: string, output = outputOf(source)): string {
  let loops = 0;
  return source.replace(/^(\s*)((?:for \(.*\)|loop) \{)$/gm, (_line, indent: string, head: string) => {
    const fuel = `fuel${loops++}`;
    const spent = `${output}[arrayLength(&${output}) - 1u] = 0.0; break;`;
    return `${indent}var ${fuel} = 0u;\n${indent}${head}\n${indent}  ${fuel}++;\n${indent}  if ${fuel} > ${MOST}u { ${spent} }`;
  });
}

function outputOf(source: string): string {
  return /var<storage, read_write> (\w+): array<f32>/.exec(source)?.[1] ?? 'out';
}
