import { GatewayError } from '../../gateway/error.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { isRefusal, toStanzaError } from '../message/error-mapper.js';
import type { ServiceContext } from '../service/service-context.js';
import type { ServiceStep } from './service-command.js';

/** What came of a stage: the next one, or a sentence that says why the command is over. */
export type StageResult = ServiceStep | { readonly kind: 'failed'; readonly text: string };

/** Runs a stage; whatever it throws ends the command with a sentence for the user. */
export async function runStage(
  context: ServiceContext,
  language: string,
  stage: () => Promise<ServiceStep>,
): Promise<StageResult> {
  try {
    return await stage();
  } catch (error) {
    if (!isRefusal(error)) context.log.error({ err: error }, 'a command failed');
    return { kind: 'failed', text: sayFailure(context, error, language) };
  }
}

function sayFailure(context: ServiceContext, error: unknown, language: string): string {
  const { translator } = context;
  if (error instanceof GatewayError) return translator.say(error.text, language);
  if (error instanceof StanzaError) return error.text ?? error.condition;
  return toStanzaError(error, translator, language).message;
}

/** Runs what follows an answer; a fault there is the operator's to know. */
export async function runAfterwards(
  context: ServiceContext,
  afterwards: (() => void | Promise<void>) | undefined,
): Promise<void> {
  try {
    await afterwards?.();
  } catch (error) {
    context.log.error({ err: error }, 'a command could not be finished');
  }
}
