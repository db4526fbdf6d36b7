// out = x, four numbers at a time: how fast this device reads and writes its memory, if x is larger than
// its caches. One invocation copies PARTS vectors, as far apart as there are invocations, so that
// neighbours always touch neighbouring bytes. x, out: [PARTS * count, 4].
//#include grid

const PARTS = 1u;
const I = 0u;

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.count { return; }
  //#repeat I PARTS
  out[I * params.count + i] = x[I * params.count + i];
  //#end
}
