import { isDeepStrictEqual } from 'node:util';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import { type DataField, type DataForm, formTypeField } from '../../../xmpp/xep/0004-data-forms/data-form.js';
import type { Translator } from '../../translator.js';
import type { RoomRecord } from './room-record.js';

interface Flag {
  readonly name: string;
  readonly of: 'hidden' | 'membersOnly' | 'moderated' | 'openSubject';
  readonly inverted?: true;
  readonly label: { readonly key: string };
}

const FLAGS: readonly Flag[] = [
  { name: 'muc#roomconfig_publicroom', of: 'hidden', inverted: true, label: { key: 'room-public' } },
  { name: 'muc#roomconfig_membersonly', of: 'membersOnly', label: { key: 'room-members-only' } },
  { name: 'muc#roomconfig_moderatedroom', of: 'moderated', label: { key: 'room-moderated' } },
  { name: 'muc#roomconfig_changesubject', of: 'openSubject', label: { key: 'room-open-subject' } },
];
const NAME = 'muc#roomconfig_roomname';
const DESCRIPTION = 'muc#roomconfig_roomdesc';
const WHOIS = 'muc#roomconfig_whois';
const LOCKED = 'muc#roomconfig_passwordprotectedroom';
const PASSWORD = 'muc#roomconfig_roomsecret';
const BOOLEANS: Readonly<Record<string, boolean>> = { '0': false, '1': true, false: false, true: true };
/** UTF-16 units. */
const NAME_LENGTH = 200;
const DESCRIPTION_LENGTH = 3_000;
const PASSWORD_LENGTH = 200;
/** XEP-0045 §15.6. */
const CODE = { changed: 104, nonAnonymous: 172, anonymous: 173 } as const;

/** The settings of a hosted room as they are (XEP-0045 §10.2); the password is never shown. */
export function hostedConfigForm(
  record: RoomRecord,
  room: string,
  translator: Translator,
  language: string,
): DataForm {
  const label = (key: { readonly key: string }) => ({ label: translator.say(key, language) });
  const { name, description, nonAnonymous, password } = record;
  const flags = FLAGS.map(
    ({ name: field, of, inverted = false, label: text }): DataField => ({
      ...{ var: field, type: 'boolean', values: [record[of] === inverted ? '0' : '1'] },
      ...label(text),
    }),
  );
  return {
    type: 'form',
    title: translator.say({ key: 'room-config', args: { room } }, language),
    fields: [
      formTypeField(NS.MUC_ROOMCONFIG),
      { var: NAME, type: 'text-single', values: [name], ...label({ key: 'room-name' }) },
      {
        ...{ var: DESCRIPTION, type: 'text-multi', values: description.split('\n') },
        ...label({ key: 'room-description' }),
      },
      ...flags,
      {
        ...{ var: WHOIS, type: 'list-single', values: [nonAnonymous ? 'anyone' : 'moderators'] },
        ...label({ key: 'relay-hosted-whois' }),
        options: [
          { value: 'moderators', ...label({ key: 'relay-hosted-whois-moderators' }) },
          { value: 'anyone', ...label({ key: 'relay-hosted-whois-anyone' }) },
        ],
      },
      {
        ...{ var: LOCKED, type: 'boolean', values: [password === undefined ? '0' : '1'] },
        ...label({ key: 'room-password-protected' }),
      },
      { var: PASSWORD, type: 'text-private', values: [], ...label({ key: 'room-password' }) },
    ],
  };
}

/**
 * The record as a submitted form wants it, and the statuses that everybody hears (§10.2.1); undefined when it changes
 * nothing. What the form leaves out stays, fields that are not known are passed over. Pure.
 * @throws {StanzaError} `not-acceptable` for values that cannot be
 */
export function configured(
  record: RoomRecord,
  form: DataForm,
): { readonly record: RoomRecord; readonly codes: readonly number[] } | undefined {
  const lines = new Map(form.fields.map((field) => [field.var, field.values]));
  const value = (name: string): string | undefined => lines.get(name)?.[0];
  const next = { ...record };
  for (const { name, of, inverted = false } of FLAGS) {
    const flag = booleanOf(value(name));
    if (flag !== undefined) next[of] = flag !== inverted;
  }
  next.name = value(NAME)?.replace(/\s+/g, ' ').trim().slice(0, NAME_LENGTH) ?? record.name;
  next.description =
    lines.get(DESCRIPTION)?.join('\n').trim().slice(0, DESCRIPTION_LENGTH) ?? record.description;
  const whois = value(WHOIS);
  if (whois !== undefined && whois !== 'anyone' && whois !== 'moderators')
    throw new StanzaError('not-acceptable');
  if (whois !== undefined) next.nonAnonymous = whois === 'anyone';
  const { password: before, ...open } = next;
  const locked = booleanOf(value(LOCKED)) ?? before !== undefined;
  const password = value(PASSWORD)?.slice(0, PASSWORD_LENGTH) || before;
  // §10.1.3: a lock needs a key.
  if (locked && password === undefined) throw new StanzaError('not-acceptable');
  const wanted: RoomRecord = { ...open, ...(locked && { password }) };
  if (isDeepStrictEqual(wanted, record)) return undefined;
  const { nonAnonymous } = wanted;
  const told =
    nonAnonymous === record.nonAnonymous ? [] : [nonAnonymous ? CODE.nonAnonymous : CODE.anonymous];
  return { record: wanted, codes: [CODE.changed, ...told] };
}

function booleanOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  const flag = Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
  if (flag === undefined) throw new StanzaError('not-acceptable');
  return flag;
}
