// out[0] = the mean of x. x: [count], out: [1].
// One workgroup: 64 strided sums, then a tree. Oracle: mean.

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < params.count; i += 64u) {
    sum += x[i];
  }
  partial[local] = sum;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if local < half { partial[local] += partial[local + half]; }
  }
  if local == 0u { out[0] = partial[0] / f32(params.count); }
}
