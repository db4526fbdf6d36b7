// The entry that the package names for Node cannot be imported there: this one can.
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export * from 'wgsl_reflect';
}
