/**
 * The sums of the columns of a [m, n], times scale: a kernel as one writes it first, one invocation a column.
 *
 * Katman reads the text: a uniform of scalars named Params, inputs that are `read`, outputs that are `read_write`.
 */
const source = /* wgsl */ `
struct Params { m: u32, n: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  // More than 65,535 workgroups come in rows: this is the way back to one number.
  let column = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
  if column >= params.n { return; }
  var sum = 0.0;
  for (var row = 0u; row < params.m; row++) { sum += a[row * params.n + column]; }
  out[column] = params.scale * sum;
}
`;

/** What the text does not say: how many workgroups, and how many numbers come out. */
export const columnSums = {
  name: 'myColumnSums',
  source,
  // It has no lines that flags would choose: one variant, without any.
  variants: [[]],
  flags: [],
  // It computes what Katman's own kernel of this name does: the same cases and the same oracle judge it.
  contract: 'columnSums',
  workgroups: ({ n }) => Math.ceil(n / 64),
  outputs: ({ n }) => ({ out: n }),
  flops: ({ m, n }) => m * n,
};

/** The same in plain loops and float64: an oracle of one's own. */
export function columnSumsOracle({ m, n, scale }, a) {
  const out = new Float64Array(n);
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++) out[column] += a[row * n + column];
  return out.map((sum) => scale * sum);
}
