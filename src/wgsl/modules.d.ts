// The package ships no types and no `main`: this is the file that it publishes.
declare module 'wgsl-preprocessor/wgsl-preprocessor.js' {
  /** A template tag; as an ordinary function it takes the strings and the values between them. */
  export function wgsl(strings: readonly string[], ...values: unknown[]): string;
}
