// out = x where the mask of this step keeps it, divided by the share that is kept, else 0. x, out: [count].
// The same kernel takes da backwards: the mask is a function of place, layer and step.
// threshold: the dropped share of 2^32. schedule: one row per step of the submit; clock: [1], the step
// due. Oracle: dropout.
//#include dropout
//#include grid
//#include step

struct Params { count: u32, layer: u32, threshold: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> schedule: array<Step>;
@group(0) @binding(3) var<storage, read> clock: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.count { return; }
  let keep = kept(i, params.layer, schedule[clock[0]].dropoutKey, params.threshold);
  out[i] = select(0.0, params.scale * x[i], keep);
}
