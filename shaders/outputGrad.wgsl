// a - y, element by element: dz of the last layer for sigmoid with binary cross-entropy and softmax
// with cross-entropy; da for the squared errors, whose factor the matmul and column sums apply. HUBER:
// a - y, no further from 0 than delta. WEIGHTED: each row times its weight.
// a, y, out: [m, n] row-major, weight: [m]. Oracle: outputGrad.
//#include grid
//#include numbers

struct Params { m: u32, n: u32, delta: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
//#if WEIGHTED
@group(0) @binding(4) var<storage, read> weight: array<f32>;
//#endif

fn difference(i: u32) -> f32 {
  let d = a[i] - y[i];
  //#if HUBER
  // clamp turns NaN into an ordinary number; a gradient must not.
  return select(d, clamp(d, -params.delta, params.delta), isFinite(d));
  //#else
  return d;
  //#endif
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.m * params.n { return; }
  var result = difference(i);
  //#if WEIGHTED
  result *= weight[i / params.n];
  //#endif
  out[i] = result;
}
