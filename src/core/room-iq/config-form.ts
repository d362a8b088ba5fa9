import type { RoomTraits } from '../../gateway/event.js';
import type { RoomChanges } from '../../gateway/session.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { type DataField, type DataForm, formTypeField } from '../../xmpp/xep/0004-data-forms/data-form.js';
import type { Room } from '../room/room.js';
import type { RoomFace } from '../room/room-faces.js';
import type { Translator } from '../translator.js';

/** A trait as a field of `muc#roomconfig` (XEP-0045 §16.5.3). */
interface TraitField {
  readonly trait: Exclude<keyof RoomTraits, 'slowModeSeconds'>;
  readonly name: string;
  /** The field means the opposite of the trait. */
  readonly inverted?: boolean;
  readonly label: { readonly key: string };
}

const TRAIT_FIELDS: readonly TraitField[] = [
  { trait: 'moderated', name: 'muc#roomconfig_moderatedroom', label: { key: 'room-moderated' } },
  { trait: 'membersOnly', name: 'muc#roomconfig_membersonly', label: { key: 'room-members-only' } },
  { trait: 'hidden', name: 'muc#roomconfig_publicroom', inverted: true, label: { key: 'room-public' } },
  { trait: 'openSubject', name: 'muc#roomconfig_changesubject', label: { key: 'room-open-subject' } },
  {
    trait: 'passwordProtected',
    name: 'muc#roomconfig_passwordprotectedroom',
    label: { key: 'room-password-protected' },
  },
];

const PASSWORD_FIELD = 'muc#roomconfig_roomsecret';
/** XEP-0500 §5.1. */
const SLOW_MODE_FIELD = 'muc#roomconfig_slow_mode_duration';
/** Seconds; more is no pace. */
const MAX_SLOW_MODE = 86_400;

const NAME_FIELD = 'muc#roomconfig_roomname';
const DESCRIPTION_FIELD = 'muc#roomconfig_roomdesc';

const BOOLEANS: Readonly<Record<string, boolean>> = { '0': false, '1': true, false: false, true: true };

/** The settings as they are; the password is never shown. */
export function configForm(room: Room, face: RoomFace, translator: Translator, language: string): DataForm {
  const { traits } = room;
  const words: readonly DataField[] = room.owner === undefined ? [] : wordFields(face, translator, language);
  const fields: DataField[] = TRAIT_FIELDS.map(({ trait, name, inverted = false, label }) => ({
    var: name,
    type: 'boolean',
    label: translator.say(label, language),
    values: [traits[trait] !== inverted ? '1' : '0'],
  }));
  const slowMode = (seconds: number): DataField => ({
    ...{ var: SLOW_MODE_FIELD, type: 'text-single', values: [String(seconds)], least: 0 },
    label: translator.say({ key: 'room-slow-mode' }, language),
  });
  return {
    type: 'form',
    title: translator.say({ key: 'room-config', args: { room: room.jid } }, language),
    fields: [
      formTypeField(NS.MUC_ROOMCONFIG),
      ...words,
      ...fields,
      ...(traits.slowModeSeconds === undefined ? [] : [slowMode(traits.slowModeSeconds)]),
      {
        var: PASSWORD_FIELD,
        type: 'text-private',
        label: translator.say({ key: 'room-password' }, language),
        values: [],
      },
    ],
  };
}

/** Of rooms that are an account's own. */
function wordFields(
  { name = '', description = '' }: RoomFace,
  translator: Translator,
  language: string,
): readonly DataField[] {
  return [
    {
      var: NAME_FIELD,
      type: 'text-single',
      label: translator.say({ key: 'room-name' }, language),
      values: [name],
    },
    {
      var: DESCRIPTION_FIELD,
      // A client that sends back what it was shown must change nothing: lines would be lost in a single one.
      type: description.includes('\n') ? 'text-multi' : 'text-single',
      label: translator.say({ key: 'room-description' }, language),
      values: description.split('\n'),
    },
  ];
}

/**
 * What a submitted form changes; fields that are not ours are ignored, as clients send defaults of their own.
 * @throws {StanzaError} `not-acceptable` for values that cannot be
 */
export function configuredChanges(form: DataForm, room: Room, face: RoomFace): RoomChanges {
  const { traits } = room;
  const values = new Map(form.fields.map((field) => [field.var, field.values[0]]));
  const changes: { -readonly [Key in keyof RoomChanges]: RoomChanges[Key] } = {};
  for (const { trait, name, inverted = false } of TRAIT_FIELDS) {
    const value = values.get(name);
    if (value === undefined) continue;
    const flag = Object.hasOwn(BOOLEANS, value) ? BOOLEANS[value] : undefined;
    if (flag === undefined) throw new StanzaError('not-acceptable');
    if ((flag !== inverted) !== traits[trait]) changes[trait] = flag !== inverted;
  }
  const slowMode = traits.slowModeSeconds === undefined ? undefined : values.get(SLOW_MODE_FIELD);
  if (slowMode !== undefined) {
    const seconds = /^\d{1,6}$/.test(slowMode) ? Number(slowMode) : Number.POSITIVE_INFINITY;
    if (seconds > MAX_SLOW_MODE) throw new StanzaError('not-acceptable');
    if (seconds !== traits.slowModeSeconds) changes.slowModeSeconds = seconds;
  }
  if (room.owner !== undefined) {
    const name = values.get(NAME_FIELD)?.trim();
    // A room without a name is none that a network knows.
    if (name !== undefined && name !== '' && name !== face.name) changes.name = name;
    const lines = form.fields.find((field) => field.var === DESCRIPTION_FIELD)?.values;
    const description = lines?.join('\n').trim();
    if (description !== undefined && description !== (face.description ?? ''))
      changes.description = description;
  }
  const password = values.get(PASSWORD_FIELD) ?? '';
  const locked = changes.passwordProtected ?? traits.passwordProtected;
  if (locked && password !== '') changes.password = password;
  // XEP-0045 §10.1.3: a lock needs a key.
  if (changes.passwordProtected && password === '') throw new StanzaError('not-acceptable');
  return changes;
}
