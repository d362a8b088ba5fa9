import bigInt from 'big-integer';
import { Api } from 'telegram';
import { describe, expect, it } from 'vitest';
import { toMedia } from '../../../../gateways/telegram/client/gramjs/media-to-model.js';
import { toEntities, toMessage } from '../../../../gateways/telegram/client/gramjs/messages-to-model.js';
import { toChat, toPerson, toStatus } from '../../../../gateways/telegram/client/gramjs/peers-to-model.js';
import { toEvents } from '../../../../gateways/telegram/client/gramjs/to-events.js';
import { toInputEntities } from '../../../../gateways/telegram/client/gramjs/to-input.js';

const long = (value: number | string) => bigInt(String(value));
const user = (id: number) => new Api.PeerUser({ userId: long(id) });
const channel = (id: number) => new Api.PeerChannel({ channelId: long(id) });
const read = (facts: object, forum = false) =>
  toMessage(
    new Api.Message({ id: 5, date: 1_700_000_000, message: '', peerId: user(7), ...facts }),
    'u1',
    () => forum,
  );
const service = (action: Api.TypeMessageAction) =>
  toMessage(
    new Api.MessageService({ id: 5, date: 1, peerId: channel(9), fromId: user(7), action }),
    'u1',
    () => false,
  )?.service;

describe('people', () => {
  it('are named by what is there', () => {
    expect(toPerson(new Api.User({ id: long(7) }))).toEqual({
      ...{ id: 'u7', firstName: '', lastName: '', bot: false, deleted: false, contact: false, self: false },
      status: { kind: 'unknown' },
    });
    const names = [
      new Api.Username({ username: 'old', editable: false }),
      new Api.Username({ username: 'new', active: true }),
    ];
    expect(toPerson(new Api.User({ id: long(7), usernames: names }))?.username).toBe('new');
    expect(toPerson(new Api.UserEmpty({ id: long(7) }))).toBeUndefined();
  });

  it.each([
    [new Api.UserStatusOnline({ expires: 9 }), { kind: 'online', until: 9_000 }],
    [new Api.UserStatusOffline({ wasOnline: 9 }), { kind: 'offline', since: 9_000 }],
    [new Api.UserStatusRecently({}), { kind: 'recently' }],
    [new Api.UserStatusLastWeek({}), { kind: 'last-week' }],
    [new Api.UserStatusLastMonth({}), { kind: 'last-month' }],
    [new Api.UserStatusEmpty(), { kind: 'unknown' }],
    [undefined, { kind: 'unknown' }],
  ])('were there when they say: %o', (status, model) => {
    expect(toStatus(status)).toEqual(model);
  });
});

describe('groups', () => {
  const common = { title: 'Tea', photo: new Api.ChatPhotoEmpty(), date: 0 };

  it('are what they are, with the rights of the account', () => {
    const group = new Api.Chat({ id: long(8), ...common, participantsCount: 3, version: 1, creator: true });
    expect(toChat(group)).toMatchObject({
      id: 'g8',
      kind: 'group',
      members: 3,
      rights: { creator: true, ban: true },
    });
    const supergroup = new Api.Channel({
      ...{ id: long(9), ...common, megagroup: true, forum: true },
      defaultBannedRights: new Api.ChatBannedRights({ sendMedia: true, untilDate: 0 }),
      bannedRights: new Api.ChatBannedRights({ pinMessages: true, untilDate: 0 }),
    });
    expect(toChat(supergroup)).toMatchObject({
      ...{ id: 'c9', kind: 'supergroup', forum: true, left: false },
      rights: { send: true, media: false, pin: false, invite: true, ban: false, promote: false },
    });
    const broadcast = new Api.Channel({ id: long(9), ...common, broadcast: true });
    expect(toChat(broadcast)).toMatchObject({
      kind: 'channel',
      rights: { send: false, media: false, invite: false },
    });
    const staff = new Api.ChatAdminRights({ postMessages: true, deleteMessages: true });
    expect(
      toChat(new Api.Channel({ id: long(9), ...common, broadcast: true, adminRights: staff })),
    ).toMatchObject({
      rights: { admin: true, send: true, delete: true, ban: false },
    });
  });

  it('are closed to who was thrown out', () => {
    const gone = new Api.ChannelForbidden({
      id: long(9),
      accessHash: long(1),
      title: 'Tea',
      megagroup: true,
    });
    expect(toChat(gone)).toMatchObject({
      kind: 'supergroup',
      left: true,
      banned: true,
      rights: { send: false },
    });
    const moved = new Api.InputChannel({ channelId: long(9), accessHash: long(1) });
    const old = new Api.Chat({ id: long(8), ...common, participantsCount: 0, version: 1, migratedTo: moved });
    expect(toChat(old)).toMatchObject({ migratedTo: 'c9' });
    expect(toChat(new Api.ChatEmpty({ id: long(8) }))).toBeUndefined();
  });
});

describe('messages', () => {
  it('have an author where there is one', () => {
    expect(read({})).toMatchObject({ chat: 'u7', from: 'u7', own: false });
    expect(read({ out: true })).toMatchObject({ chat: 'u7', from: 'u1', own: true });
    expect(read({ peerId: channel(9), post: true })?.from).toBeUndefined();
    // An administrator who speaks as the group.
    expect(read({ peerId: channel(9) })?.from).toBe('c9');
    expect(read({ peerId: channel(9), fromId: user(3) })?.from).toBe('u3');
    expect(toMessage(new Api.MessageEmpty({ id: 1 }), 'u1', () => false)).toBeUndefined();
  });

  it('answer others, in topics and out of them', () => {
    const reply = (facts: object) => new Api.MessageReplyHeader(facts);
    expect(read({ replyTo: reply({ replyToMsgId: 3, quoteText: 'so' }) })).toMatchObject({
      replyTo: { id: 3, quote: 'so' },
    });
    const inTopic = read({ peerId: channel(9), replyTo: reply({ replyToMsgId: 3, forumTopic: true }) }, true);
    expect(inTopic).toMatchObject({ topic: 3 });
    expect(inTopic?.replyTo).toBeUndefined();
    const answer = reply({ replyToMsgId: 30, replyToTopId: 3, forumTopic: true });
    expect(read({ peerId: channel(9), replyTo: answer }, true)).toMatchObject({
      topic: 3,
      replyTo: { id: 30 },
    });
    expect(read({ peerId: channel(9) }, true)).toMatchObject({ topic: 1 });
    expect(read({ replyTo: reply({ replyToMsgId: 3, replyToPeerId: channel(9) }) })?.replyTo).toEqual({
      ...{ id: 3, chat: 'c9' },
    });
  });

  it('were changed only where it is to be shown', () => {
    expect(read({ editDate: 9 })?.edited).toBe(9_000);
    expect(read({ editDate: 9, editHide: true })?.edited).toBeUndefined();
  });

  it.each([
    [new Api.MessageActionChatCreate({ title: 'Tea', users: [] }), { kind: 'created' }],
    [new Api.MessageActionChatAddUser({ users: [long(3)] }), { kind: 'added', people: ['u3'] }],
    [new Api.MessageActionChatDeleteUser({ userId: long(3) }), { kind: 'removed', people: ['u3'] }],
    [new Api.MessageActionChatMigrateTo({ channelId: long(9) }), { kind: 'migrated-to', chat: 'c9' }],
    [
      new Api.MessageActionChannelMigrateFrom({ title: '', chatId: long(8) }),
      { kind: 'migrated-from', chat: 'g8' },
    ],
    [new Api.MessageActionSetMessagesTTL({ period: 60 }), { kind: 'timer', seconds: 60 }],
    [
      new Api.MessageActionPhoneCall({
        callId: long(1),
        reason: new Api.PhoneCallDiscardReasonMissed(),
        video: true,
      }),
      { kind: 'call', video: true, missed: true },
    ],
    [
      new Api.MessageActionGiftPremium({ currency: 'EUR', amount: long(1), months: 1 }),
      { kind: 'other', name: 'GiftPremium' },
    ],
  ])('tell what happened: %o', (action, model) => {
    expect(service(action)).toEqual(model);
  });

  it('have buttons', () => {
    const buttons = [
      new Api.KeyboardButtonCallback({ text: 'A', data: Buffer.from('a'), requiresPassword: true }),
      new Api.KeyboardButtonUrl({ text: 'B', url: 'https://example.org' }),
      new Api.KeyboardButton({ text: 'C' }),
      new Api.KeyboardButtonBuy({ text: 'D' }),
    ];
    const markup = new Api.ReplyInlineMarkup({ rows: [new Api.KeyboardButtonRow({ buttons })] });
    expect(read({ replyMarkup: markup })?.buttons).toEqual([
      [
        { kind: 'callback', text: 'A', data: 'YQ==', needsPassword: true },
        { kind: 'link', text: 'B', url: 'https://example.org' },
        { kind: 'say', text: 'C' },
        { kind: 'unsupported', text: 'D' },
      ],
    ]);
  });
});

describe('styled parts', () => {
  it('are the same there and back, where they can be said', async () => {
    const place = { offset: 1, length: 2 };
    const entities = toEntities([
      ...[new Api.MessageEntityBold(place), new Api.MessageEntityPre({ ...place, language: 'js' })],
      ...[new Api.MessageEntityTextUrl({ ...place, url: 'https://x.org' }), new Api.MessageEntityUrl(place)],
      ...[
        new Api.MessageEntityMentionName({ ...place, userId: long(7) }),
        new Api.MessageEntityHashtag(place),
      ],
      new Api.MessageEntityCustomEmoji({ ...place, documentId: long('123456789012345678') }),
      new Api.MessageEntityBankCard(place),
    ]);
    expect(entities.map(({ kind }) => kind)).toEqual([
      ...['bold', 'pre', 'link', 'link', 'person', 'hashtag', 'emoji', 'other'],
    ]);
    const input = new Api.InputUser({ userId: long(7), accessHash: long(1) });
    const back = await toInputEntities(entities, async () => input);
    expect(back.map(({ className }) => className)).toEqual([
      ...['MessageEntityBold', 'MessageEntityPre', 'MessageEntityTextUrl', 'InputMessageEntityMentionName'],
      'MessageEntityCustomEmoji',
    ]);
    const unknown = await toInputEntities(entities, () => Promise.reject(new Error('nobody')));
    expect(unknown).toHaveLength(4);
  });
});

describe('media', () => {
  const document = (mimeType: string, ...attributes: Api.TypeDocumentAttribute[]) =>
    new Api.MessageMediaDocument({
      document: new Api.Document({
        ...{ id: long(1), accessHash: long(2), fileReference: Buffer.from('r'), date: 0, mimeType },
        ...{ size: long(10), dcId: 4, attributes },
      }),
    });
  const video = (facts: object = {}) => new Api.DocumentAttributeVideo({ duration: 3, w: 4, h: 5, ...facts });
  const sticker = new Api.DocumentAttributeSticker({ alt: '🐱', stickerset: new Api.InputStickerSetEmpty() });

  it.each([
    ['document', document('application/pdf', new Api.DocumentAttributeFilename({ fileName: 'a.pdf' }))],
    ['video', document('video/mp4', video())],
    ['round', document('video/mp4', video({ roundMessage: true }))],
    ['gif', document('video/mp4', video(), new Api.DocumentAttributeAnimated())],
    ['voice', document('audio/ogg', new Api.DocumentAttributeAudio({ duration: 1, voice: true }))],
    ['audio', document('audio/mpeg', new Api.DocumentAttributeAudio({ duration: 1, title: 'T' }))],
    ['sticker', document('image/webp', sticker, new Api.DocumentAttributeImageSize({ w: 1, h: 2 }))],
    ['sticker', document('video/webm', video(), sticker)],
  ])('are a %s', (kind, media) => {
    expect(toMedia(media)).toMatchObject({
      kind,
      vanishes: false,
      file: { size: 10, handle: { centre: 4, id: '1' } },
    });
  });

  it('vanish where they do, and are honest about what is not there', () => {
    const photo = new Api.Photo({
      ...{ id: long(1), accessHash: long(2), fileReference: Buffer.from('r'), date: 0, dcId: 4 },
      sizes: [
        new Api.PhotoStrippedSize({ type: 'i', bytes: Buffer.alloc(3) }),
        new Api.PhotoSizeProgressive({ type: 'y', w: 800, h: 600, sizes: [100, 4_000] }),
        new Api.PhotoSize({ type: 'm', w: 320, h: 240, size: 900 }),
      ],
    });
    expect(toMedia(new Api.MessageMediaPhoto({ photo, ttlSeconds: 5 }))).toMatchObject({
      ...{ kind: 'photo', vanishes: true, file: { size: 4_000, width: 800, handle: { size: 'y' } } },
    });
    expect(toMedia(new Api.MessageMediaPhoto({ ttlSeconds: 5 }))).toEqual({
      kind: 'unsupported',
      name: 'Photo',
    });
    expect(toMedia(new Api.MessageMediaGame({ game: undefined as never }))).toEqual({
      kind: 'unsupported',
      name: 'Game',
    });
    expect(toMedia(new Api.MessageMediaEmpty())).toBeUndefined();
  });
});

describe('events', () => {
  const context = { me: 'u1', forum: () => false, chat: () => undefined, polls: new Map() } as const;

  it('leave out changes that are none to a reader', () => {
    const reactions = new Api.MessageReactions({
      results: [
        new Api.ReactionCount({
          reaction: new Api.ReactionEmoji({ emoticon: '👍' }),
          count: 2,
          chosenOrder: 0,
        }),
      ],
    });
    const message = new Api.Message({
      id: 5,
      date: 1,
      message: 'x',
      peerId: user(7),
      editDate: 9,
      editHide: true,
      reactions,
    });
    const update = new Api.UpdateEditMessage({ message, pts: 1, ptsCount: 1 });
    expect(toEvents(update, context)).toEqual([
      {
        ...{ type: 'reactions', chat: 'u7', message: 5 },
        reactions: {
          counts: [{ emoji: '👍', custom: false, count: 2 }],
          recent: [],
          own: [{ emoji: '👍', custom: false }],
        },
      },
    ]);
  });

  it('are not told of what the account does itself', () => {
    const action = new Api.SendMessageTypingAction();
    expect(
      toEvents(new Api.UpdateChannelUserTyping({ channelId: long(9), fromId: user(1), action }), context),
    ).toEqual([]);
    expect(toEvents(new Api.UpdateConfig(), context)).toEqual([]);
  });

  it('tell results of polls that were shown before', () => {
    const results = new Api.PollResults({ totalVoters: 3 });
    const update = new Api.UpdateMessagePoll({ pollId: long(4), results });
    expect(toEvents(update, context)).toEqual([]);
    const poll = new Api.Poll({
      ...{ id: long(4), question: new Api.TextWithEntities({ text: 'Tea?', entities: [] }), answers: [] },
    });
    expect(toEvents(update, { ...context, polls: new Map([['4', poll]]) })).toMatchObject([
      { type: 'poll', poll: { question: 'Tea?', voters: 3 } },
    ]);
  });
});
