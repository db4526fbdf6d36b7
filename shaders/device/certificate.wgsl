// What the built-in functions of this device give, for measuring how far they are off. x: [count], out:
// [count, 6]: exp, log, tanh, sqrt, 1 / x, inverseSqrt. Operands come from a buffer, so that no compiler
// computes them beforehand.

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if i >= params.count { return; }
  out[6u * i] = exp(x[i]);
  out[6u * i + 1u] = log(x[i]);
  out[6u * i + 2u] = tanh(x[i]);
  out[6u * i + 3u] = sqrt(x[i]);
  out[6u * i + 4u] = 1.0 / x[i];
  out[6u * i + 5u] = inverseSqrt(x[i]);
}
