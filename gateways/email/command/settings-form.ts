import type { Field, FormStep, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { type EmailSettings, settingsOf } from '../account/settings.js';

const SHOW: Readonly<Record<EmailSettings['show'], Text>> = {
  everything: { key: 'email-show-everything' },
  conversations: { key: 'email-show-conversations' },
  contacts: { key: 'email-show-contacts' },
};
const SEND_FROM: Readonly<Record<NonNullable<EmailSettings['sendFrom']>, Text>> = {
  mailbox: { key: 'email-send-from-mailbox' },
  domain: { key: 'email-send-from-domain' },
};

/** Folders of one user that become chat, besides the inbox. */
const MAX_FOLDERS = 50;
/** Characters of a folder's path, and of a name. */
const MAX_LINE = 200;
/** As the settings allow it. */
const MAX_JOIN_S = 3_600;

/** What a user can choose once he is registered. */
export function settingsStep(account: AccountView, problem?: Text): FormStep<AccountChange> {
  const { show, folders, rooms, seenByReply, joinSeconds, html, readReceipts, name, ...rest } =
    settingsOf(account);
  const { mailbox, domainAddress, sendFrom } = rest;
  const both = mailbox !== undefined && domainAddress !== undefined;
  return {
    kind: 'form',
    form: {
      title: { key: 'email-command-settings' },
      fields: [
        choice('show', show, { key: 'email-setting-show' }, SHOW),
        ...(mailbox
          ? [
              {
                name: 'folders',
                type: 'multiline',
                label: { key: 'email-setting-folders' },
                value: folders.join('\n'),
              } as const,
            ]
          : []),
        boolean('rooms', rooms, { key: 'email-setting-rooms' }),
        ...(mailbox ? [boolean('seen', seenByReply, { key: 'email-setting-seen' })] : []),
        {
          name: 'join',
          type: 'text',
          label: { key: 'email-setting-join' },
          value: String(joinSeconds),
        },
        boolean('html', html, { key: 'email-setting-html' }),
        boolean('receipts', readReceipts, { key: 'email-setting-receipts' }),
        {
          name: 'name',
          type: 'text',
          label: { key: 'email-field-name' },
          ...(name !== undefined && { value: name }),
        },
        ...(both
          ? [choice('from', sendFrom ?? 'mailbox', { key: 'email-setting-send-from' }, SEND_FROM)]
          : []),
      ],
    },
    ...(problem && { problem }),
    submit: async (values) => taken(account, values),
  };
}

function taken(account: AccountView, values: FormValues): Step<AccountChange> {
  const known = settingsOf(account);
  const joinSeconds = Number(values.join ?? known.joinSeconds);
  if (!Number.isInteger(joinSeconds) || joinSeconds < 0 || joinSeconds > MAX_JOIN_S)
    return settingsStep(account, { key: 'email-bad-join', args: { max: MAX_JOIN_S } });
  const folders = (values.folders ?? known.folders.join('\n'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (folders.length > MAX_FOLDERS || folders.some((path) => path.length > MAX_LINE))
    return settingsStep(account, { key: 'email-bad-folders', args: { max: MAX_FOLDERS } });
  const name = (values.name ?? known.name ?? '').trim();
  if (name.length > MAX_LINE) return settingsStep(account, { key: 'email-bad-name' });
  const { name: _name, ...kept } = account.settings;
  const flag = (value: string | undefined, before: boolean) => (value ? value === '1' : before);
  const settings = {
    ...kept,
    show: oneOf(SHOW, values.show) ?? known.show,
    folders: [...new Set(folders)],
    rooms: flag(values.rooms, known.rooms),
    seenByReply: flag(values.seen, known.seenByReply),
    joinSeconds,
    html: flag(values.html, known.html),
    readReceipts: flag(values.receipts, known.readReceipts),
    ...(name !== '' && { name }),
    ...(oneOf(SEND_FROM, values.from) && { sendFrom: values.from }),
  };
  return { kind: 'done', result: { settings }, note: { key: 'email-settings-taken' } };
}

function oneOf<Value extends string>(
  labels: Readonly<Record<Value, Text>>,
  typed: string | undefined,
): Value | undefined {
  return (Object.keys(labels) as Value[]).find((value) => value === typed);
}

function choice<Value extends string>(
  name: string,
  value: Value,
  label: Text,
  labels: Readonly<Record<Value, Text>>,
): Field {
  const options = (Object.entries(labels) as [Value, Text][]).map(([option, text]) => ({
    value: option,
    label: text,
  }));
  return { name, type: 'choice', label, value, options };
}

function boolean(name: string, value: boolean, label: Text): Field {
  return { name, type: 'boolean', label, value: value ? '1' : '0' };
}
