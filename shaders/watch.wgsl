// Raises health[slot] where a tensor holds a number that is not finite. x: [count], health: [slots]. By
// the bits: x != x is false for NaN on real adapters, and an infinite weight can hide behind a
// saturated unit for ever. Oracle: watch.
//#include grid
//#include numbers

struct Params { count: u32, slot: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.count { return; }
  if !isFinite(x[i]) { atomicStore(&health[params.slot], 1u); }
}
