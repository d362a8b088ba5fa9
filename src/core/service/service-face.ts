import { AdHocCommands } from '../command/ad-hoc.js';
import { CommandCatalogue } from '../command/catalogue.js';
import { type ServiceMessage, ServiceMessages } from '../command/chat/service-messages.js';
import type { RoomKeeper } from '../command/own/stay-commands.js';
import type { Outbox } from '../delivery/outbox.js';
import type { ContactFeatures } from '../disco/contact-features.js';
import { discoInfoHandler } from '../disco/info-handler.js';
import { discoItemsHandler } from '../disco/items-handler.js';
import { serviceCaps } from '../disco/service-info.js';
import type { IqHandler } from '../iq-router.js';
import { registerHandler } from '../registration/register-handler.js';
import { Registration } from '../registration/registration.js';
import { addressHandler } from './address-handler.js';
import { informationHandlers } from './information-handlers.js';
import type { ServiceContext } from './service-context.js';

/** What commands act on, and what people are. */
export interface ServiceParts {
  readonly keeper: RoomKeeper;
  readonly outbox: Outbox;
  readonly features: ContactFeatures;
}

/** The gateway as its users meet it: discovery, registration, commands, chat. */
export class ServiceFace {
  readonly #handlers: readonly IqHandler[];
  readonly #messages: ServiceMessages;
  readonly #caps: string;

  constructor(context: ServiceContext, { keeper, outbox, features }: ServiceParts) {
    const registration = new Registration(context);
    registration.onRemoving((account) => outbox.forget(account));
    const catalogue = new CommandCatalogue(context, registration, keeper, outbox);
    const messages = new ServiceMessages(context, catalogue);
    const adHoc = new AdHocCommands(context, catalogue);
    registration.onRemoved((owner) => {
      messages.forget(owner);
      adHoc.forget(owner);
    });
    this.#messages = messages;
    this.#caps = serviceCaps(context);
    this.#handlers = [
      discoInfoHandler(context, catalogue, features),
      discoItemsHandler(context, catalogue),
      registerHandler(registration, (caller, step) => messages.proceed(caller, step)),
      adHoc.handler(),
      addressHandler(context),
      ...informationHandlers(context),
    ];
  }

  /** The handlers of IQs to the gateway, to parts of the network and to people. */
  handlers(): readonly IqHandler[] {
    return this.#handlers;
  }

  /** A message to the gateway or to a part of the network. @throws {StanzaError} to those who may not use it */
  message(message: ServiceMessage): Promise<void> {
    return this.#messages.handle(message);
  }

  /** The `<c/>` of the gateway's presences, as XML text. */
  caps(): string {
    return this.#caps;
  }
}
