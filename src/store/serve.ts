import type { MessagePort } from 'node:worker_threads';
import { toStoreError } from './driver-error.js';
import { Engine, type OpenMode } from './engine.js';
import { type Call, type Outcome, type Reply, type Request, toFailure } from './protocol.js';

/**
 * Serves an engine on a port: first `open`, then calls. Outcomes that are ready at the same time travel together.
 * @param mode what an embedding may set besides what the other side says
 */
export function serve(port: MessagePort, mode: Omit<OpenMode, 'resume'> = {}): void {
  let engine: Promise<Engine> | undefined;
  let outcomes: Outcome[] = [];

  const reply = (message: Reply) => port.postMessage(message);

  const report = (outcome: Outcome) => {
    outcomes.push(outcome);
    if (outcomes.length > 1) return;
    setImmediate(() => {
      reply({ kind: 'outcomes', outcomes });
      outcomes = [];
    });
  };

  const run = async ({ id, method, args }: Call) => {
    try {
      const target = await engine;
      if (!target) throw new Error('the engine is not open');
      // the other side's types have matched method and arguments
      const call = target[method] as (...args: unknown[]) => Promise<unknown>;
      report({ id, ok: true, value: await call.apply(target, [...args]) });
    } catch (error) {
      report({ id, ok: false, error: toFailure(toStoreError(error)) });
    }
  };

  // the other side has gone: what it held is let go
  port.on('close', () => {
    engine?.then((target) => target.close()).catch(() => undefined);
  });

  port.on('message', (request: Request) => {
    if (request.kind === 'calls') {
      for (const call of request.calls) void run(call);
      return;
    }
    engine = Engine.open(request.options, { ...mode, resume: request.resume });
    engine.then(
      () => reply({ kind: 'opened' }),
      (error: unknown) => reply({ kind: 'refused', error: toFailure(toStoreError(error)) }),
    );
  });
}
