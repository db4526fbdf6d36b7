// The four invocations of a quad share what they load: each reads a block and hands it round.

// The block of the neighbour in the quad whose place differs in the lowest bit, in the highest, in both.
fn swap_x(block: mat4x4f) -> mat4x4f {
  return mat4x4f(quadSwapX(block[0]), quadSwapX(block[1]), quadSwapX(block[2]), quadSwapX(block[3]));
}

fn swap_y(block: mat4x4f) -> mat4x4f {
  return mat4x4f(quadSwapY(block[0]), quadSwapY(block[1]), quadSwapY(block[2]), quadSwapY(block[3]));
}

fn swap_both(block: mat4x4f) -> mat4x4f {
  return mat4x4f(
    quadSwapDiagonal(block[0]),
    quadSwapDiagonal(block[1]),
    quadSwapDiagonal(block[2]),
    quadSwapDiagonal(block[3]),
  );
}
