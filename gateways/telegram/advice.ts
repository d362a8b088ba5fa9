import { DEFAULT_DEVICE, type TelegramOptions } from './options.js';

/** A sentence for the operator; `remedy` where something is missing. */
interface Advice {
  readonly text: string;
  readonly remedy?: string;
}

/** Ids of Telegram's own programs and examples, which stand in their sources. */
const PUBLISHED: ReadonlySet<number> = new Set([
  4, 5, 6, 8, 9, 2_040, 2_496, 2_834, 10_840, 17_349, 21_724, 94_575,
]);

/** What an operator should know of valid options: what Telegram, and what his users, see of this gateway. */
export function adviceOn({ apiId, device, servers, proxies }: TelegramOptions): readonly Advice[] {
  const advice: Advice[] = [];
  if (servers !== undefined)
    advice.push({ text: 'users log in to a server of another kind, not to Telegram itself' });
  else if (PUBLISHED.has(apiId))
    advice.push({
      text: `the API id ${apiId} is that of another program: Telegram refuses it, or bans who logs in with it`,
      remedy: 'Get one for this gateway at https://my.telegram.org, and set options.apiId and apiHash.',
    });
  if (device === DEFAULT_DEVICE)
    advice.push({
      text: `users see this gateway as “${device}” in their list of Telegram sessions`,
      remedy: 'Set options.device to a name by which they know it, such as that of your server.',
    });
  if (proxies.length > 0)
    advice.push({
      text: `Telegram is reached by ${proxies.map(({ kind }) => kind).join(', then ')}`,
    });
  return advice;
}
