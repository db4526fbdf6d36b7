// The optimizer's step of every parameter of the network at once, where the gradient is clipped: parameters, moments
// and gradients lie in buffers laid out alike. factor [1] scales the gradient. Oracle: the textbook passes it stands for.
//#include grid
//#include learn

override WORKGROUP = 64u;

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(5) var<storage, read> gradients: array<f32>;
@group(0) @binding(6) var<storage, read> factor: array<f32>;
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
  learn(i, factor[0] * gradients[i], step);
}
