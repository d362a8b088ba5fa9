import type { Account } from '../account/account.js';
import { AdHocCommands } from '../command/ad-hoc.js';
import { CommandCatalogue, type CommandParts } from '../command/catalogue.js';
import { type ServiceMessage, ServiceMessages } from '../command/chat/service-messages.js';
import { FormPictures } from '../command/form-pictures.js';
import { withWelcome } from '../command/own/register-command.js';
import type { ContactFeatures } from '../disco/contact-features.js';
import { discoInfoHandler } from '../disco/info-handler.js';
import { discoItemsHandler } from '../disco/items-handler.js';
import { ServiceCaps } from '../disco/service-info.js';
import type { IqHandler } from '../iq-router.js';
import type { ContactProfiles } from '../profile/contact-profiles.js';
import { registerHandler } from '../registration/register-handler.js';
import { Registration } from '../registration/registration.js';
import type { ContactScreening } from '../screening/contact-screening.js';
import { PeopleSearch } from '../search/people-search.js';
import { searchHandler } from '../search/search-handler.js';
import { addressHandler } from './address-handler.js';
import { informationHandlers } from './information-handlers.js';
import type { ServiceContext } from './service-context.js';

/** What the gateway's face acts on. */
export interface ServiceParts extends Omit<CommandParts, 'search'> {
  readonly screening: ContactScreening;
  readonly profiles: ContactProfiles;
  readonly features: ContactFeatures;
}

/** The gateway as its users meet it: discovery, registration, commands, chat. */
export class ServiceFace {
  readonly #handlers: readonly IqHandler[];
  readonly #messages: ServiceMessages;
  readonly #caps: ServiceCaps;
  readonly #search: PeopleSearch;

  constructor(context: ServiceContext, parts: ServiceParts) {
    const registration = new Registration(context);
    registration.onRemoving((account) => {
      parts.screening.forget(account);
      // Where the removal fails they are fetched again.
      void parts.profiles.forget(account);
      void context.bookmarks.forget(account);
      return parts.outbox.forget(account);
    });
    const search = new PeopleSearch(context);
    const catalogue = new CommandCatalogue(context, registration, { ...parts, search });
    const pictures = new FormPictures(context);
    const messages = new ServiceMessages(context, catalogue, pictures);
    const adHoc = new AdHocCommands(context, catalogue, pictures);
    registration.onRemoved((owner) => {
      messages.forget(owner);
      adHoc.forget(owner);
    });
    this.#messages = messages;
    this.#search = search;
    this.#caps = new ServiceCaps(context);
    this.#handlers = [
      discoInfoHandler(context, catalogue, parts.features, search),
      discoItemsHandler(context, catalogue),
      registerHandler(registration, pictures, (caller, step) =>
        messages.proceed(caller, withWelcome(step, context.gateway.conferenceType !== undefined)),
      ),
      adHoc.handler(),
      pictures.handler(),
      addressHandler(context),
      searchHandler(search),
      ...informationHandlers(context),
      ...parts.profiles.handlers(),
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

  /** The `<c/>` of the gateway's presences to a user, as XML text. */
  caps(account: Account | undefined): string {
    return this.#caps.xml(this.#search.offered(account));
  }
}
