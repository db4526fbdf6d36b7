// out = scale * op(a) . op(b) + bias, as matmul.wgsl: same shapes, flags and order of summation, and so the
// same bits.
// A workgroup of 8 x 8 invocations computes 32 ROWS x 32 COLUMNS numbers, and each of them ROWS x COLUMNS
// blocks of 4 x 4 in named registers. DEPTH steps of k at a time are brought into the memory of the workgroup:
// every number is read once and serves eight invocations. Oracle: matmul.
//#include grid

const ROWS = 1u;
const COLUMNS = 1u;
const I = 0u;
const J = 0u;
const DEPTH = 16u;
// The fours of one step in workgroup memory, and one more: what is written side by side then falls into different banks.
const PITCH_A = 8u * ROWS + 1u;
const PITCH_B = 8u * COLUMNS + 1u;

struct Params { m: u32, k: u32, n: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
//#if BIAS
@group(0) @binding(4) var<storage, read> bias: array<f32>;
//#endif

// By step of k: rows of op(a) and columns of op(b), in fours.
var<workgroup> fours_a: array<vec4f, DEPTH * PITCH_A>;
var<workgroup> fours_b: array<vec4f, DEPTH * PITCH_B>;

fn at_a(row: u32, i: u32) -> f32 {
  //#if TRANSPOSE_A
  return a[i * params.m + row];
  //#else
  return a[row * params.k + i];
  //#endif
}

fn at_b(i: u32, column: u32) -> f32 {
  //#if TRANSPOSE_B
  return b[column * params.k + i];
  //#else
  return b[i * params.n + column];
  //#endif
}

// Which step (x) and which four (y) an invocation brings: neighbours bring what lies side by side.
fn place_a(index: u32) -> vec2u {
  //#if TRANSPOSE_A
  return vec2u(index / (8u * ROWS), index % (8u * ROWS));
  //#else
  return vec2u(index % DEPTH, index / DEPTH);
  //#endif
}

fn place_b(index: u32) -> vec2u {
  //#if TRANSPOSE_B
  return vec2u(index % DEPTH, index / DEPTH);
  //#else
  return vec2u(index / (8u * COLUMNS), index % (8u * COLUMNS));
  //#endif
}

fn outer(left: vec4f, right: vec4f) -> mat4x4f {
  return mat4x4f(left.x * right, left.y * right, left.z * right, left.w * right);
}

fn store_row(row: u32, column: u32, sum: vec4f) {
  if row >= params.m { return; }
  for (var c = 0u; c < 4u; c++) {
    if column + c >= params.n { return; }
    var result = params.scale * sum[c];
    //#if BIAS
    result += bias[column + c];
    //#endif
    out[row * params.n + column + c] = result;
  }
}

fn store(row: u32, column: u32, sum: mat4x4f) {
  store_row(row, column, sum[0]);
  store_row(row + 1u, column, sum[1]);
  store_row(row + 2u, column, sum[2]);
  store_row(row + 3u, column, sum[3]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = flat(workgroup, workgroups);
  let across = (params.n + 32u * COLUMNS - 1u) / (32u * COLUMNS);
  let row = tile / across * 32u * ROWS;
  let column = tile % across * 32u * COLUMNS;
  let y = local / 8u;
  let x = local % 8u;
  //#repeat I ROWS
  //#repeat J COLUMNS
  var sum_I_J = mat4x4f();
  //#end
  //#end
  for (var k = 0u; k < params.k; k += DEPTH) {
    // Steps beyond the edge of k add 0 to every sum; rows and columns beyond the edge are not stored.
    for (var j = 0u; j < ROWS * DEPTH / 8u; j++) {
      let place = place_a(local + 64u * j);
      let i = k + place.x;
      let r = row + 4u * place.y;
      let four = vec4f(at_a(r, i), at_a(r + 1u, i), at_a(r + 2u, i), at_a(r + 3u, i));
      fours_a[place.x * PITCH_A + place.y] = select(vec4f(), four, i < params.k);
    }
    for (var j = 0u; j < COLUMNS * DEPTH / 8u; j++) {
      let place = place_b(local + 64u * j);
      let i = k + place.x;
      let c = column + 4u * place.y;
      let four = vec4f(at_b(i, c), at_b(i, c + 1u), at_b(i, c + 2u), at_b(i, c + 3u));
      fours_b[place.x * PITCH_B + place.y] = select(vec4f(), four, i < params.k);
    }
    workgroupBarrier();
    for (var i = 0u; i < DEPTH; i++) {
      //#repeat J COLUMNS
      let right_J = fours_b[i * PITCH_B + 8u * J + x];
      //#end
      //#repeat I ROWS
      let left_I = fours_a[i * PITCH_A + 8u * I + y];
      //#repeat J COLUMNS
      sum_I_J += outer(left_I, right_J);
      //#end
      //#end
    }
    workgroupBarrier();
  }
  //#repeat I ROWS
  //#repeat J COLUMNS
  store(row + 4u * (8u * I + y), column + 4u * (8u * J + x), sum_I_J);
  //#end
  //#end
}
