// a - y, element by element: dz of the last layer for sigmoid with binary cross-entropy and softmax
// with cross-entropy; da for the squared errors, whose factor the matmul and column sums apply.
// a, y, out: [count]. Oracle: outputGrad.
//#include grid

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.count { return; }
  out[i] = a[i] - y[i];
}
