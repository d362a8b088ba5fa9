import type { Webhooks } from '../../src/gateway/webhook.js';
import { type Advice, accountAdvice } from './account/advice.js';
import type { EmailOptions } from './options.js';
import { domainAdvice } from './server/advice.js';

/** What an operator should know of valid options besides that they are valid. */
export function adviceOn(options: EmailOptions, webhooks: Pick<Webhooks, 'address'>): readonly Advice[] {
  return [...accountAdvice(options, webhooks), ...domainAdvice(options)];
}
