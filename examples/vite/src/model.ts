import { type Gpu, Network } from 'katman';

/** All that a network is: its shape, and the numbers of each layer. */
interface Saved {
  architecture: Network['architecture'];
  parameters: { w: number[]; b: number[] }[];
}

/** A network as text. JSON keeps every bit of a float32: it comes back as the same number. */
export async function save(network: Network): Promise<string> {
  const layers = await network.parameters();
  const parameters = layers.map(({ w, b }) => ({ w: [...w], b: [...b] }));
  return JSON.stringify({ architecture: network.architecture, parameters } satisfies Saved);
}

/** The network that `save` wrote, ready to predict or to be trained further. */
export async function load(gpu: Gpu, text: string): Promise<Network> {
  const { architecture, parameters } = JSON.parse(text) as Saved;
  const network = await Network.create(gpu, architecture);
  network.setParameters(parameters);
  return network;
}
