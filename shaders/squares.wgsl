// out[slot] = the sum of the squares of x: one tensor's part of the gradient's norm. x: [count], out:
// [tensors]; the other slots stay as they are. One workgroup: 64 strided sums, then a tree. Oracle: squares.

struct Params { count: u32, slot: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < params.count; i += 64u) {
    sum += x[i] * x[i];
  }
  partial[local] = sum;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if local < half { partial[local] += partial[local + half]; }
  }
  if local == 0u { out[params.slot] = partial[0]; }
}
