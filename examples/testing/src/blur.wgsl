// A picture, blurred by the weights 1 2 1 in both directions; at an edge its own pixel stands for those beyond.
struct Params {
  width: u32,
  height: u32,
  weights: vec3f,
}

override TILE: u32 = 8;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> picture: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(TILE, TILE)
fn blur(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= params.width || id.y >= params.height {
    return;
  }
  let last = vec2i(i32(params.width), i32(params.height)) - 1;
  var sum = 0.0;
  for (var dy = 0; dy < 3; dy++) {
    for (var dx = 0; dx < 3; dx++) {
      let at = vec2u(clamp(vec2i(id.xy) + vec2i(dx, dy) - 1, vec2i(0), last));
      sum += params.weights[dx] * params.weights[dy] * picture[at.y * params.width + at.x];
    }
  }
  out[id.y * params.width + id.x] = sum;
}
