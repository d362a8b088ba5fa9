import { GatewayError } from '../../../src/gateway/error.js';
import type { IrcContext } from '../link/context.js';
import { emptyFrame, frame as frameOf, paramsOf } from '../wire/line.js';
import { type Identity, Registration } from '../wire/registration.js';
import { Wire } from '../wire/wire.js';
import type { ServerTarget } from './server-target.js';

/** How a server took the credentials. */
export type Verdict = 'accepted' | 'refused' | 'unsupported';

/**
 * Signs in with SASL for real and leaves at once, before registration is complete: the server's own word on
 * the credentials. Bounded by the registration time-out.
 * @throws GatewayError `network-unreachable` when there was no word (C07).
 */
export function probe(context: IrcContext, target: ServerTarget, identity: Identity): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const frame = emptyFrame();
    let registration: Registration | undefined;
    let verdict: Verdict | undefined;
    const settle = (found: Verdict): void => {
      verdict ??= found;
      wire.close('QUIT');
      wire.fail(undefined);
    };
    const timer = setTimeout(() => wire.fail(undefined), context.options.timeouts.registrationMs);
    const wire = new Wire(
      context,
      {
        opened: () => {
          registration = new Registration(identity, wire);
        },
        line: (line) => {
          const read = frameOf(line, frame);
          if (read === undefined) return;
          const { command } = read;
          if (command === 'PING') return wire.urgent(`PONG ${read.body.slice(read.paramsAt)}`);
          if (command === '900' || command === '903') return settle('accepted');
          if (command === '464' && paramsOf(read).length > 0) return settle('refused');
          if (command === '001') return settle('unsupported');
          // Whether the nick is free does not matter here.
          if (command === 'NOTICE' || command === '433') return;
          registration?.line(line);
          const failure = registration?.saslFailure;
          if (failure === undefined) return;
          settle(
            failure === 'capability_missing' || failure === 'unsupported_mechanism'
              ? 'unsupported'
              : 'refused',
          );
        },
        flushing: () => undefined,
        chunkRead: () => undefined,
        closed: () => {
          clearTimeout(timer);
          registration?.release();
          if (verdict !== undefined) return resolve(verdict);
          const text = { key: 'irc-unreachable', args: { server: target.endpoint.host } };
          reject(new GatewayError('network-unreachable', text, 'not-sent', true));
        },
      },
      {
        flood: undefined,
        maxQueuedLines: context.options.limits.queuedLines,
        maxBufferedBytes: context.options.limits.bufferedBytes,
      },
      target.encoding,
    );
    wire.connect(target.endpoint);
  });
}
