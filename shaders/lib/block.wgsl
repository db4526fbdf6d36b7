// Blocks of 4 x 4 numbers, each vector a row: what products are made of.

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
