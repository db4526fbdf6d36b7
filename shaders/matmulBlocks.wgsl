// out = scale * op(a) . op(b) + bias, as matmul.wgsl: same flags and order of summation, and so the same bits;
// but m, k and n are multiples of 4, and matrices are read and written in blocks of 4 x 4 numbers.
// One invocation computes ROWS x COLUMNS blocks in named registers. A round of its loop takes four products
// for each number, not one: loops cost by what they carry from round to round. Oracle: matmul.
//#include grid

const ROWS = 1u;
const COLUMNS = 1u;
const I = 0u;
const J = 0u;
override WORKGROUP = 64u;

struct Params { m: u32, k: u32, n: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
//#if BIAS
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
//#endif

// Block (row, i) of op(a): each vector is a row.
fn block_a(row: u32, i: u32) -> mat4x4f {
  //#if TRANSPOSE_A
  let width = params.m / 4u;
  let at = 4u * i * width + row;
  return transpose(mat4x4f(a[at], a[at + width], a[at + 2u * width], a[at + 3u * width]));
  //#else
  let length = params.k / 4u;
  let start = 4u * row * length + i;
  return mat4x4f(a[start], a[start + length], a[start + 2u * length], a[start + 3u * length]);
  //#endif
}

// Block (i, column) of op(b): each vector is a row.
fn block_b(i: u32, column: u32) -> mat4x4f {
  //#if TRANSPOSE_B
  let length = params.k / 4u;
  let start = 4u * column * length + i;
  return transpose(mat4x4f(b[start], b[start + length], b[start + 2u * length], b[start + 3u * length]));
  //#else
  let width = params.n / 4u;
  let at = 4u * i * width + column;
  return mat4x4f(b[at], b[at + width], b[at + 2u * width], b[at + 3u * width]);
  //#endif
}

// Adds to each of four numbers of a row its next four products, in the order of k.
fn add_row(sum: vec4f, left: vec4f, right: mat4x4f) -> vec4f {
  return sum + left.x * right[0] + left.y * right[1] + left.z * right[2] + left.w * right[3];
}

fn add_block(sum: mat4x4f, left: mat4x4f, right: mat4x4f) -> mat4x4f {
  return mat4x4f(
    add_row(sum[0], left[0], right),
    add_row(sum[1], left[1], right),
    add_row(sum[2], left[2], right),
    add_row(sum[3], left[3], right),
  );
}

fn finish(sum: vec4f, column: u32) -> vec4f {
  var result = params.scale * sum;
  //#if BIAS
  result += bias[column];
  //#endif
  return result;
}

fn store(row: u32, column: u32, sum: mat4x4f) {
  let width = params.n / 4u;
  if row >= params.m / 4u || column >= width { return; }
  let at = 4u * row * width + column;
  out[at] = finish(sum[0], column);
  out[at + width] = finish(sum[1], column);
  out[at + 2u * width] = finish(sum[2], column);
  out[at + 3u * width] = finish(sum[3], column);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = flat(workgroup, workgroups) * WORKGROUP + local;
  let across = (params.n / 4u + COLUMNS - 1u) / COLUMNS;
  let row = tile / across * ROWS;
  if 4u * row >= params.m { return; }
  let column = tile % across * COLUMNS;
  // Blocks beyond the edge repeat the last one; their sums are not stored.
  //#repeat I ROWS
  let row_I = min(row + I, params.m / 4u - 1u);
  //#repeat J COLUMNS
  var sum_I_J = mat4x4f();
  //#end
  //#end
  //#repeat J COLUMNS
  let column_J = min(column + J, params.n / 4u - 1u);
  //#end
  for (var i = 0u; i < params.k / 4u; i++) {
    //#repeat J COLUMNS
    let right_J = block_b(i, column_J);
    //#end
    //#repeat I ROWS
    let left_I = block_a(row_I, i);
    //#repeat J COLUMNS
    sum_I_J = add_block(sum_I_J, left_I, right_J);
    //#end
    //#end
  }
  //#repeat I ROWS
  //#repeat J COLUMNS
  store(row + I, column + J, sum_I_J);
  //#end
  //#end
}
