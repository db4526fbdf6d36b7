// The matrices of a fused step lie in one buffer, the workspace, each at a place of its own; what a plan does not
// store has none. Their rows are padded with zeros to fours, so that four numbers of a row are one load, and a sum
// over a row may take the padding with it. Places are in numbers, not in fours.
const NOWHERE = 0xffffffffu;

@group(0) @binding(9) var<storage, read_write> workspace: array<vec4f>;

// Fours in a row of n numbers.
fn fours(n: u32) -> u32 {
  return (n + 3u) / 4u;
}

// Four numbers of a row of a matrix [., n], from `column` on, which is a multiple of 4.
fn put(at: u32, n: u32, row: u32, column: u32, values: vec4f) {
  if at != NOWHERE { workspace[at / 4u + row * fours(n) + column / 4u] = values; }
}
