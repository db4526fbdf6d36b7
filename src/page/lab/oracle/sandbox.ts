import type { Params } from '../../../gpu/kernel.ts';

/** What an oracle is given, and what a kernel reads. */
export interface Call {
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
}

export type Wanted = Readonly<Record<string, Float64Array>>;

/** `own`: the cases that the code brings itself. */
export type OracleAnswer =
  | {
      readonly own: readonly { params: Params; inputs: Readonly<Record<string, Float64Array>> }[] | undefined;
      readonly wants: readonly Wanted[];
    }
  /** What it threw. */
  | { readonly error: string }
  | { readonly late: true }
  /** The frame in which it is to run did not load. */
  | { readonly missing: true };

/** How long code of one's own may take, and the frame to load, in ms. */
export const ORACLE_LIMIT = 2000;
const FRAME_LIMIT = 10_000;

let frame: Promise<HTMLIFrameElement> | undefined;

/**
 * Runs code that defines `oracle({ params, inputs })`, and perhaps `cases()`, on each of the calls: in a worker of a
 * frame whose origin is opaque and whose policy knows no network, so that it reaches nothing of the page.
 */
export async function runOracle(code: string, calls: readonly Call[]): Promise<OracleAnswer> {
  try {
    frame ??= load();
    const { contentWindow } = await frame;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<OracleAnswer>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data as OracleAnswer);
      // The frame keeps the time; should it be gone, the page does.
      setTimeout(() => resolve({ late: true }), 2 * ORACLE_LIMIT);
    });
    contentWindow!.postMessage({ code, calls, limit: ORACLE_LIMIT }, '*', [port2]);
    return await answer.finally(() => port1.close());
  } catch {
    frame = undefined;
    return { missing: true };
  }
}

function load(): Promise<HTMLIFrameElement> {
  const element = document.createElement('iframe');
  element.setAttribute('sandbox', 'allow-scripts');
  element.src = new URL('oracle.html', document.baseURI).href;
  element.hidden = true;
  element.title = 'oracle';
  const loaded = new Promise<HTMLIFrameElement>((resolve, reject) => {
    element.onload = () => resolve(element);
    setTimeout(() => reject(new Error('the frame did not load')), FRAME_LIMIT);
  });
  document.body.append(element);
  return loaded;
}
