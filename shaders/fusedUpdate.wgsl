// The optimizer's step of every parameter of the network at once, where it has to wait for all gradients: their parts
// are added (PARTS), or CLIP: they are scaled by factor [1]. Parameters, moments and gradients lie in buffers laid out
// alike. Oracle: the textbook passes it stands for.
//#include grid
//#include learn
//#include parts

override WORKGROUP = 64u;

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
//#if CLIP
@group(0) @binding(6) var<storage, read> factor: array<f32>;
//#endif
@group(0) @binding(7) var<storage, read> schedule: array<Step>;
@group(0) @binding(8) var<storage, read> clock: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * WORKGROUP + local;
  if i >= params.count { return; }
  // The clock has moved on: the step that is being made is the one before.
  let step = schedule[clock[0] - 1u];
  var gradient = whole(i, params.count);
  //#if CLIP
  gradient *= factor[0];
  //#endif
  learn(i, gradient, step);
}
