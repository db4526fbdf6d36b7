// Multiply-adds and nothing else: how fast this device computes when it waits for no memory. Every
// invocation keeps SUMS vectors in named registers, none of which waits for another, and takes 4 x 256 steps
// of s = s * factor + addend with each. They are added up and stored, so that no compiler leaves them out;
// factor and addend come from a buffer, so that none computes them beforehand. With both 1 a sum counts its
// steps, exactly, and so the result shows that all were made. out: [count, 4].
//#include grid

const SUMS = 1u;
const STEPS = 1u;
const I = 0u;
const J = 0u;

struct Params { count: u32, factor: f32, addend: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.count { return; }
  let factor = params.factor;
  let addend = params.addend;
  let start = vec4f(0.0, 1.0, 2.0, 3.0) + f32(local);
  //#repeat I SUMS
  var sum_I = start + f32(I);
  //#end
  for (var round = 0u; round < 256u; round++) {
    //#repeat J STEPS
    //#repeat I SUMS
    sum_I = sum_I * factor + addend;
    //#end
    //#end
  }
  var total = vec4f();
  //#repeat I SUMS
  total += sum_I;
  //#end
  out[i] = total;
}
