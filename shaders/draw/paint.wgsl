// Paints maps: how the output of a unit varies over a grid of points, as colours. A map is an instance of one
// rectangle; its fragments lie between points of the grid, and take what four of them say together.
// src/page/draw/colours.ts says the same in TypeScript.

override SIDE: u32 = 128u; // points in a row of the grid, and rows; the first one is at the top

// What `how` of a map may say, together.
const FITTED = 1u; // from -s to s, s the largest size of the output, and at least `high`
const LARGEST = 2u; // the colour of the class with the largest output, as strong as its lead
const DECIDED = 4u; // the colours of a decision, nothing between

// The largest size of an output is looked for at so many points in each direction.
const LOOKS = 16u;

struct Map {
  rectangle: vec4f, // left, top, right and bottom in clip space
  low: f32, // the output that has the colour `neg`
  high: f32, // the output that has the colour `pos`
  unit: u32,
  how: u32,
}

@group(0) @binding(0) var<storage, read> outputs: array<f32>; // [SIDE * SIDE, units of the layer]
@group(0) @binding(1) var<storage, read> maps: array<Map>;
@group(0) @binding(2) var<storage, read> colours: array<vec4f>; // neg, mid, pos, paper, then those of classes

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f, // in the map: (0, 0) top left, (1, 1) bottom right
  @location(1) @interpolate(flat) range: vec2f,
  @location(2) @interpolate(flat) map: u32,
}

fn units() -> u32 {
  return arrayLength(&outputs) / (SIDE * SIDE);
}

// Drivers may assume that numbers are finite; only the bits tell.
fn isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn largestSize(unit: u32) -> f32 {
  var largest = 0.0;
  for (var look = 0u; look < LOOKS * LOOKS; look++) {
    let row = (look / LOOKS) * (SIDE - 1u) / (LOOKS - 1u);
    let column = (look % LOOKS) * (SIDE - 1u) / (LOOKS - 1u);
    let output = outputs[(row * SIDE + column) * units() + unit];
    if isFinite(output) { largest = max(largest, abs(output)); }
  }
  return largest;
}

@vertex
fn vertex(@builtin(vertex_index) index: u32, @builtin(instance_index) map: u32) -> Corner {
  let painted = maps[map];
  let at = vec2f(f32(index & 1u), f32(index >> 1u));
  var range = vec2f(painted.low, painted.high);
  if (painted.how & FITTED) != 0u {
    let size = max(painted.high, largestSize(painted.unit));
    range = vec2f(-size, size);
  }
  let position = mix(painted.rectangle.xy, painted.rectangle.zw, at);
  return Corner(vec4f(position, 0.0, 1.0), at, range, map);
}

// Four points of the grid around a place, and what share each has in it.
struct Around {
  points: vec4u,
  shares: vec4f,
}

fn around(at: vec2f) -> Around {
  // A point is the middle of its cell; beyond the outermost ones nothing changes.
  let place = clamp(at * f32(SIDE) - 0.5, vec2f(0.0), vec2f(f32(SIDE - 1u)));
  let start = vec2u(place);
  let end = min(start + 1u, vec2u(SIDE - 1u));
  let share = place - vec2f(start);
  let points = vec4u(start.y, start.y, end.y, end.y) * SIDE + vec4u(start.x, end.x, start.x, end.x);
  let shares = vec4f(1.0 - share.x, share.x, 1.0 - share.x, share.x);
  return Around(points, shares * vec4f(vec2f(1.0 - share.y), vec2f(share.y)));
}

struct Output {
  value: f32,
  finite: bool,
}

fn outputAt(place: Around, unit: u32) -> Output {
  let at = place.points * units() + unit;
  let four = vec4f(outputs[at.x], outputs[at.y], outputs[at.z], outputs[at.w]);
  let exponents = bitcast<vec4u>(four) & vec4u(0x7f800000u);
  return Output(dot(four, place.shares), all(exponents != vec4u(0x7f800000u)));
}

fn signed(place: Around, map: Map, range: vec2f) -> vec4f {
  let output = outputAt(place, map.unit);
  if !output.finite { return colours[3]; }
  var s = clamp(2.0 * (output.value - range.x) / (range.y - range.x) - 1.0, -1.0, 1.0);
  if (map.how & DECIDED) != 0u { s = select(-1.0, 1.0, s > 0.0); }
  return mix(colours[1], select(colours[0], colours[2], s > 0.0), abs(s));
}

fn largest(place: Around, map: Map) -> vec4f {
  var first = -1e38;
  var second = -1e38;
  var winner = 0u;
  for (var unit = 0u; unit < units(); unit++) {
    let output = outputAt(place, unit);
    if !output.finite { return colours[3]; }
    if output.value > first {
      second = first;
      first = output.value;
      winner = unit;
    } else {
      second = max(second, output.value);
    }
  }
  let lead = select(clamp(first - second, 0.0, 1.0), 1.0, (map.how & DECIDED) != 0u);
  return mix(colours[1], colours[4u + winner], lead);
}

@fragment
fn fragment(corner: Corner) -> @location(0) vec4f {
  let map = maps[corner.map];
  let place = around(corner.at);
  if (map.how & LARGEST) != 0u { return largest(place, map); }
  return signed(place, map, corner.range);
}
