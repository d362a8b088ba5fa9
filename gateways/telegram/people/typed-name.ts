import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** What somebody can be asked for by. */
export type TypedName = { readonly phone: string } | { readonly username: string };

/** core.telegram.org/method/account.checkUsername; some older and sold ones are shorter. */
const USERNAME = /^[a-z]\w{2,31}$/i;
const AT = /^@(.*)$/;
/** `t.me/name`, `https://telegram.me/name`, `name.t.me`, `tg://resolve?domain=name`. */
const NAME_LINKS = [
  /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/(?:s\/)?(\w+)(?:\/\d*)*\/?(?:\?.*)?$/i,
  /^(?:https?:\/\/)?(\w+)\.t\.me\/?$/i,
  /^tg:\/\/resolve\?domain=(\w+)$/i,
];
/** `t.me/+491701234567`, `tg://resolve?phone=491701234567`. */
const PHONE_LINKS = [
  /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/\+(\d{7,15})\/?$/i,
  /^tg:\/\/resolve\?phone=\+?(\d{7,15})$/i,
];
const INVITE_LINKS = [
  /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/(?:\+|joinchat\/)[\w-]{8,64}\/?$/i,
  /^tg:\/\/join\?invite=[\w-]{8,64}$/i,
];
const INTERNATIONAL = /^(?:\+|00)[\d\s()./-]{6,30}$/;

/**
 * What a person types for somebody whose id only Telegram knows: `@name`, a `t.me` link, a telephone number in
 * international form, or as it is dialled in the country of the user's own number (digits, international).
 */
export function typedName(input: string, ownPhone?: string): TypedName | undefined {
  const text = input.trim();
  const linked = firstMatch(PHONE_LINKS, text);
  if (linked !== undefined) return { phone: linked };
  const name = AT.exec(text)?.[1] ?? firstMatch(NAME_LINKS, text);
  if (name !== undefined) return USERNAME.test(name) ? { username: name } : undefined;
  const phone = readPhone(text, ownPhone);
  return phone === undefined ? undefined : { phone };
}

/** The link by which one comes into a group: `t.me/+…`, `t.me/joinchat/…`, `tg://join?invite=…`. */
export function inviteLinkIn(input: string): string | undefined {
  const text = input.trim();
  if (firstMatch(PHONE_LINKS, text) !== undefined) return undefined;
  return INVITE_LINKS.some((pattern) => pattern.test(text)) ? text : undefined;
}

/** Digits of a number in international form, or of one without a country code in the country of `ownPhone`. */
export function readPhone(input: string, ownPhone?: string): string | undefined {
  const text = input.trim();
  if (INTERNATIONAL.test(text)) {
    const digits = text.replace(/^00/, '').replace(/\D/g, '');
    return /^[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
  }
  if (!/^0?[\d\s()./-]{5,30}$/.test(text) || ownPhone === undefined) return undefined;
  const country = parsePhoneNumberFromString(`+${ownPhone}`)?.country;
  const number = country && parsePhoneNumberFromString(text, country);
  return number?.isPossible() ? number.number.slice(1) : undefined;
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
