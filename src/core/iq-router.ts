import type { Address } from '../gateway/address.js';
import type { XmlElement } from '../xmpp/element.js';
import type { Jid } from '../xmpp/jid.js';
import type { Account } from './account/account.js';

/** What an IQ is addressed to. `occupant` is a room with a resource. */
export type IqTarget =
  | { readonly kind: 'service' }
  | { readonly kind: 'occupant'; readonly address: Extract<Address, { kind: 'room' }>; readonly nick: string }
  | Address;

/** The kinds of addresses an IQ handler may be for. */
export type IqTargetKind = IqTarget['kind'];

/** An IQ get or set, addresses parsed and prepared once. */
export interface IqRequest {
  readonly type: 'get' | 'set';
  readonly from: Jid;
  readonly to: Jid;
  readonly target: IqTarget;
  readonly payload: XmlElement;
  readonly iq: XmlElement;
  /** The sender's account with this domain, registered or implicit, if there is one. */
  readonly account: Account | undefined;
  /** Language of the stanza, else of the account, else of the gateway. */
  readonly language: string;
}

/** The payload of the result (none: an empty result). Throws StanzaError for an error. */
export type IqAnswer = XmlElement | undefined;

/** Sends the result before anything that must follow it (C09, C14): call `request.answer` inside `afterwards`. */
export interface IqHandler {
  readonly ns: string;
  readonly name: string;
  readonly targets: readonly IqTargetKind[];
  /** Only servers are served: to everybody else the namespace is an unknown one. */
  readonly serversOnly?: boolean;
  readonly get?: (request: IqRequest) => IqAnswer | Promise<IqAnswer>;
  readonly set?: (request: IqRequest) => IqAnswer | Promise<IqAnswer>;
  /** Runs after the result of a `set` has been sent; not after an error. */
  readonly afterSet?: (request: IqRequest) => void | Promise<void>;
}

/** Finds the handler of an IQ by namespace, name and target. */
export class IqRouter {
  readonly #handlers = new Map<string, IqHandler[]>();

  add(...handlers: readonly IqHandler[]): void {
    for (const handler of handlers) {
      const key = `${handler.ns} ${handler.name}`;
      const list = this.#handlers.get(key);
      if (list) list.push(handler);
      else this.#handlers.set(key, [handler]);
    }
  }

  /** The handler that takes this payload at this target, or undefined. */
  find(payload: XmlElement, target: IqTargetKind): IqHandler | undefined {
    return this.#handlers
      .get(`${payload.ns} ${payload.name}`)
      ?.find((handler) => handler.targets.includes(target));
  }

  /** Whether the namespace is served at all, at any target (A06: feature-not-implemented, not service-unavailable). */
  knows(payload: XmlElement): boolean {
    const prefix = `${payload.ns} `;
    for (const [key, handlers] of this.#handlers)
      if (key.startsWith(prefix) && handlers.some(({ serversOnly }) => !serversOnly)) return true;
    return false;
  }
}
