// out = scale * (sum over the rows of a): db from dz. a: [m, n] row-major, out: [n].
// One workgroup takes one column: 64 strided sums, then a tree. Oracle: columnSums.
//#include grid

struct Params { m: u32, n: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let column = flat(workgroup, workgroups);
  // A workgroup beyond the last column sums nothing, but meets every barrier with its neighbours.
  var sum = 0.0;
  if column < params.n {
    for (var row = local; row < params.m; row += 64u) {
      sum += a[row * params.n + column];
    }
  }
  partial[local] = sum;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if local < half { partial[local] += partial[local + half]; }
  }
  if local == 0u && column < params.n { out[column] = params.scale * partial[0]; }
}
