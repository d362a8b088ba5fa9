import type { Address } from '../gateway/address.js';
import { el, type XmlElement } from '../xmpp/element.js';
import type { Jid } from '../xmpp/jid.js';
import { NS } from '../xmpp/namespace.js';
import { StanzaError } from '../xmpp/stanza-error.js';
import type { Account } from './account/account.js';
import type { DomainContext } from './domain.js';
import type { IqHandler, IqRequest, IqRouter, IqTarget } from './iq-router.js';
import type { Refusals } from './refusals.js';

/** An IQ with what the router knows of it. */
export interface ReceivedIq {
  readonly iq: XmlElement;
  readonly from: Jid;
  readonly to: Jid;
  readonly account: Account | undefined;
  /** What it is addressed to; undefined for an address that cannot exist. */
  readonly located: Address | { readonly kind: 'service' } | undefined;
  readonly language: string;
}

/** Answers every request exactly once (RFC 6120 §8.2.3, A05-A07). */
export class IqDispatch {
  constructor(
    private readonly context: Pick<DomainContext, 'sink' | 'log' | 'requests'>,
    private readonly handlers: IqRouter,
    private readonly refusals: Refusals,
  ) {}

  /** Never rejects. */
  async receive(received: ReceivedIq): Promise<void> {
    const { iq, language } = received;
    const { type } = iq.attrs;
    if (type === 'result' || type === 'error') {
      this.context.requests.settle(iq);
      return;
    }
    try {
      const { handler, request } = this.#request(received);
      const result = await handler[request.type]?.(request);
      this.context.sink.send(
        el(
          'iq',
          NS.COMPONENT,
          { type: 'result', id: iq.attrs.id, from: iq.attrs.to, to: iq.attrs.from },
          result,
        ).toString(NS.COMPONENT),
      );
      if (request.type === 'set') await this.#after(handler, request);
    } catch (error) {
      this.refusals.fault(iq, error, language);
    }
  }

  /** Throws StanzaError for a request that nobody can answer. */
  #request({ iq, from, to, account, located, language }: ReceivedIq): {
    handler: IqHandler;
    request: IqRequest;
  } {
    const { type } = iq.attrs;
    if ((type !== 'get' && type !== 'set') || iq.attrs.id === undefined) throw new StanzaError('bad-request');
    const [payload, second] = iq.elements();
    if (payload === undefined || second !== undefined) throw new StanzaError('bad-request');
    const target = targetOf(located, to);
    if (!target) throw new StanzaError('item-not-found');
    const handler = this.handlers.find(payload, target.kind);
    if (!handler?.[type]) {
      const known = this.handlers.knows(payload);
      throw new StanzaError(known ? 'feature-not-implemented' : 'service-unavailable', { type: 'cancel' });
    }
    return { handler, request: { type, from, to, target, payload, iq, account, language } };
  }

  /** What follows the result; a failure of it must not become a second answer (A05). */
  async #after(handler: IqHandler, request: IqRequest): Promise<void> {
    try {
      await handler.afterSet?.(request);
    } catch (error) {
      this.context.log.error({ err: error }, 'what follows an answered request failed');
    }
  }
}

function targetOf(located: ReceivedIq['located'], to: Jid): IqTarget | undefined {
  if (located?.kind === 'room' && to.resource !== '') {
    return { kind: 'occupant', address: located, nick: to.resource };
  }
  return located;
}
