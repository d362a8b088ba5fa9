import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { long } from '../world/peers.js';
import { tell } from '../world/posting.js';
import { type Person, type PressAnswer, randomLong } from '../world/world.js';
import { type Call, caller, type Method, method, refuse } from './call.js';
import { messageOf, placeOf } from './peers.js';
import { say } from './sending.js';
import { personOf } from './users.js';

/** Milliseconds for which a bot's client may think about a button. */
const PATIENCE = 10_000;

/** Bots: their buttons and how they are begun with (core.telegram.org/api/bots/buttons). */
export const botMethods: readonly Method[] = [
  method(Api.messages.GetBotCallbackAnswer, async ({ peer, msgId, data, password }, call) => {
    const person = caller(call);
    const message = messageOf(placeOf(peer, call), msgId, person);
    const button = buttonOf(message, Buffer.from(data ?? []));
    if (!button) return refuse('DATA_INVALID');
    if (button.requiresPassword && !password) refuse('PASSWORD_MISSING');
    const bot = message.author.bot ? message.author : call.server.world.people.get(message.viaBot ?? 0);
    if (!bot) return refuse('BOT_INVALID');
    const { text, alert, url } = await pressed(bot, message, person, Buffer.from(button.data), call);
    return new Api.messages.BotCallbackAnswer({
      ...{ cacheTime: 0, alert: alert === true, hasUrl: url !== undefined },
      ...(text !== undefined && { message: text }),
      ...(url !== undefined && { url }),
    });
  }),
  method(Api.messages.SetBotCallbackAnswer, ({ queryId, message, alert, url }, call) => {
    if (!caller(call).bot) refuse('USER_BOT_REQUIRED');
    const answered = call.server.presses.get(BigInt(queryId.toString())) ?? refuse('QUERY_ID_INVALID');
    answered({
      ...(message && { text: message }),
      ...(alert && { alert }),
      ...(url && { url }),
    });
    return true;
  }),
  method(Api.messages.StartBot, (request, call) => {
    const bot = personOf(request.bot, call);
    if (!bot.bot) refuse('BOT_INVALID');
    const { peer, randomId, startParam } = request;
    return say({ peer, randomId }, call, { text: `/start ${startParam}`.trim() });
  }),
];

async function pressed(
  bot: Person,
  message: BoxMessage,
  by: Person,
  data: Buffer,
  { server }: Call,
): Promise<PressAnswer> {
  const theirs =
    message.peer instanceof Api.PeerChannel ? message.id : (message.copies.get(bot) ?? message.id);
  const scripted = bot.pressed?.({ by, message: theirs, data });
  if (scripted) return scripted;
  if (server.sessionsOf(bot).length === 0) return refuse('BOT_RESPONSE_TIMEOUT');
  const queryId = randomLong();
  const update = new Api.UpdateBotCallbackQuery({
    ...{ queryId: long(queryId), userId: long(by.id), msgId: theirs, chatInstance: long(1), data },
    peer: message.peer instanceof Api.PeerUser ? new Api.PeerUser({ userId: long(by.id) }) : message.peer,
  });
  tell(server, bot, [update]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE);
  });
  const answered = new Promise<PressAnswer>((resolve) => server.presses.set(queryId, resolve));
  const result = await Promise.race([answered, late]);
  clearTimeout(timer);
  server.presses.delete(queryId);
  return result ?? refuse('BOT_RESPONSE_TIMEOUT');
}

function buttonOf({ markup }: BoxMessage, data: Buffer): Api.KeyboardButtonCallback | undefined {
  if (!(markup instanceof Api.ReplyInlineMarkup)) return undefined;
  return markup.rows
    .flatMap(({ buttons }) => buttons)
    .find((one) => one instanceof Api.KeyboardButtonCallback && data.equals(Buffer.from(one.data))) as
    | Api.KeyboardButtonCallback
    | undefined;
}
