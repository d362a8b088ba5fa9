import type { z } from 'zod';
import { emailModule } from '../gateways/email/index.js';
import { ircModule } from '../gateways/irc/index.js';
import { smsModule } from '../gateways/sms/index.js';
import { telegramModule } from '../gateways/telegram/index.js';
import { relayModule } from './core/relay/relay-gateway.js';
import type { Gateway, GatewayEnvironment } from './gateway/gateway.js';
import type { Webhooks } from './gateway/webhook.js';

/** A sentence for the operator. */
export interface Advice {
  readonly text: string;
  /** What to do about it, where something is missing; undefined: all is well. */
  readonly remedy?: string;
}

/** One network as the program knows it: the schema of its options and its factory. */
export interface NetworkModule<Options = unknown> {
  /** What `components[].network` says: `irc`. */
  readonly id: string;
  /** Checks `components[].options`; strict, with a description and a default for every key. */
  readonly optionsSchema: z.ZodType<Options>;
  /** Whether with these options providers call the gateway, so that it needs HTTP with a public address. */
  needsHttp?(options: Options): boolean;
  /** What an operator should know of these options besides that they are valid, for `isthmus check`. */
  advice?(options: Options, webhooks: Pick<Webhooks, 'address'>): readonly Advice[];
  /** Does no I/O. `options` are the output of `optionsSchema`. */
  create(options: Options, environment: GatewayEnvironment): Gateway;
}

/** Networks by id, in the order in which they are offered. A new network is one new folder under `gateways/` and one line here. */
export const networks: Readonly<Record<string, NetworkModule>> = {
  irc: ircModule,
  sms: smsModule,
  email: emailModule,
  telegram: telegramModule,
  relay: relayModule,
};
