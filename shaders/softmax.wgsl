// a = softmax(z) of every row: e^(z - max) / sum e^(z - max). z, a: [m, n] row-major.
// One invocation takes one row, in the order of its columns. Oracle: softmax.
//#include grid
//#include numbers

struct Params { m: u32, n: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read_write> a: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flat(workgroup, workgroups) * 64u + local;
  if row >= params.m { return; }
  let start = row * params.n;
  var largest = z[start];
  for (var j = 1u; j < params.n; j++) {
    largest = max(largest, z[start + j]);
  }
  var sum = 0.0;
  for (var j = 0u; j < params.n; j++) {
    let e = exp(z[start + j] - largest);
    a[start + j] = e;
    sum += e;
  }
  for (var j = 0u; j < params.n; j++) {
    a[start + j] = a[start + j] / sum;
  }
}
