/** What specialize() reads: directives, and constants that it may give numbers to. */
const READ = /^(\/\/#|const )/;

/**
 * Shaders as they are shipped: without comments, indentation, empty lines and spaces beside punctuation. Lines stay
 * lines, and directives (`//#if`) as they are: what specialize() makes of a text says the same to the compiler.
 * @param {string} text
 */
export function minifyWgsl(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/\/\/(?!#).*$/, '').trim())
    .filter(Boolean)
    .map((line) => (READ.test(line) ? line : line.replace(/ ?([,;:={}()]) ?/g, '$1')))
    .join('\n');
}
