// What comparisons make of numbers that are not finite, which WGSL lets a driver assume away. x: [count],
// out: [count, 2]: whether x != x (1 or 0), and max(x, 0).

struct Params { count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if i >= params.count { return; }
  out[2u * i] = select(0.0, 1.0, x[i] != x[i]);
  out[2u * i + 1u] = max(x[i], 0.0);
}
