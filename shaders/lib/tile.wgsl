// How the blocks of 4 x 4 numbers of a product are shared out. Alone (SHARE 1) an invocation has ROWS x COLUMNS of
// them. In quads (SHARE 4) four invocations have 4 ROWS x 4 COLUMNS: each its own COLUMNS in all of the rows, of which
// it reads ROWS and hands them round.
const ROWS = 1u;
const COLUMNS = 1u;
const SHARE = 1u
//#if QUADS
  + 3u
//#endif
;

struct Tile {
  row: u32, // first row of blocks
  column: u32, // first column of blocks of this invocation
  place: u32, // of this invocation in its quad
}

// The tile of an invocation in a product that is `width` blocks wide.
fn tileOf(index: u32, width: u32) -> Tile {
  let across = (width + SHARE * COLUMNS - 1u) / (SHARE * COLUMNS);
  let tile = index / SHARE;
  let place = index % SHARE;
  return Tile(tile / across * (SHARE * ROWS), (tile % across * SHARE + place) * COLUMNS, place);
}

// The row of blocks that an invocation reads, the i-th of its ROWS.
fn ownRow(tile: Tile, i: u32) -> u32 {
  return tile.row + SHARE * i + tile.place;
}

// The row of blocks that sum s of an invocation belongs to; the sums of one row are COLUMNS SHARE apart.
fn rowOfSum(tile: Tile, s: u32) -> u32 {
  return tile.row + SHARE * (s / (SHARE * COLUMNS)) + (tile.place ^ (s % SHARE));
}

// Its column of blocks.
fn columnOfSum(tile: Tile, s: u32) -> u32 {
  return tile.column + s / SHARE % COLUMNS;
}
