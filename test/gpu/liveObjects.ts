import type { CDPSession } from 'puppeteer';

const CATEGORY = 'disabled-by-default-memory-infra';
/** Of a heap: what is allocated, without what the allocator keeps of it for later. */
const ALLOCATED = 'malloc/allocated_objects';

interface DumpEvent {
  readonly ph: string;
  readonly pid: number;
  readonly args: {
    readonly dumps?: {
      readonly allocators?: Readonly<
        Record<string, { readonly attrs: Readonly<Record<string, { readonly value: string }>> }>
      >;
    };
  };
}

/**
 * Objects that a process of Chrome has allocated and not freed, as its own allocator counts them. The memory that the
 * process has of the system says less: the allocator keeps pages of what was freed, and SwiftShader, as it seems, the
 * stacks of its tasks.
 * @param session one of the browser
 */
export async function liveObjects(session: CDPSession, pid: number): Promise<number> {
  await session.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: [CATEGORY], excludedCategories: ['*'], memoryDumpConfig: {} },
  });
  await session.send('Tracing.requestMemoryDump', { levelOfDetail: 'light' });
  const complete = new Promise<{ stream?: string }>((resolve) =>
    session.once('Tracing.tracingComplete', resolve),
  );
  await session.send('Tracing.end');
  const { stream } = await complete;
  const { traceEvents } = JSON.parse(await read(session, stream!)) as { traceEvents: DumpEvent[] };
  for (const { ph, pid: of, args } of traceEvents) {
    const attrs = ph === 'v' && of === pid && args.dumps?.allocators?.[ALLOCATED]?.attrs;
    if (attrs) return parseInt(attrs.object_count.value, 16);
  }
  throw new Error(`The memory of the process ${pid} was not in the dump`);
}

async function read(session: CDPSession, handle: string): Promise<string> {
  let text = '';
  for (;;) {
    const { data, eof, base64Encoded } = await session.send('IO.read', { handle });
    text += base64Encoded ? Buffer.from(data, 'base64').toString() : data;
    if (eof) break;
  }
  await session.send('IO.close', { handle });
  return text;
}
