import bigInt from 'big-integer';
import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { crowd } from '../../../servers/telegram/world/crowd.js';
import { channelOf, peerOf, userOf } from '../../../support/telegram/plain-client.js';
import { Stages } from './stage.js';

describe('groups and channels', () => {
  const stages = new Stages();
  afterEach(() => stages.close());

  it('keeps a basic group from its making to its end as a supergroup', async () => {
    const { client, server, alice, bob, join } = await stages.open();
    const carol = server.person('Carol');
    const there = await join(bob);
    const { updates } = await client.invoke(
      new Api.messages.CreateChat({ users: [userOf(bob)], title: 'Friends' }),
    );
    const [chat] = (updates as Api.Updates).chats;
    const chatId = chat?.id ?? bigInt(0);
    const created = await there.next(Api.UpdateNewMessage);
    expect(created.message).toMatchObject({
      action: { className: 'MessageActionChatCreate', title: 'Friends' },
    });
    await client.invoke(new Api.messages.AddChatUser({ chatId, userId: userOf(carol), fwdLimit: 0 }));
    const list = await there.next(
      Api.UpdateChatParticipants,
      ({ participants }) =>
        participants instanceof Api.ChatParticipants && participants.participants.length === 3,
    );
    expect(list.participants).toMatchObject({ chatId });
    await client.invoke(new Api.messages.EditChatTitle({ chatId, title: 'Good friends' }));
    await client.invoke(
      new Api.messages.EditChatAbout({ peer: new Api.InputPeerChat({ chatId }), about: 'us' }),
    );
    await client.invoke(new Api.messages.EditChatAdmin({ chatId, userId: userOf(bob), isAdmin: true }));
    await there.next(Api.UpdateChatParticipantAdmin);
    const full = await client.invoke(new Api.messages.GetFullChat({ chatId }));
    expect(full).toMatchObject({ fullChat: { about: 'us' }, chats: [{ title: 'Good friends' }] });
    expect(full.users).toHaveLength(3);
    await client.invoke(new Api.messages.DeleteChatUser({ chatId, userId: userOf(carol) }));
    const migrated = await client.invoke(new Api.messages.MigrateChat({ chatId }));
    expect((migrated as Api.Updates).updates.map(({ className }) => className)).toEqual([
      ...['UpdateNewMessage', 'UpdateChannel', 'UpdateNewChannelMessage'],
    ]);
    const [last] = alice.person.box.newest();
    expect(last?.action?.className).toBe('MessageActionChatMigrateTo');
    await expect(
      client.invoke(new Api.messages.SendMessage({ peer: new Api.InputPeerChat({ chatId }), message: 'x' })),
    ).rejects.toThrow('CHAT_ID_INVALID');
  });

  it('lists thousands of members in pages, by filter and by search', async () => {
    const { client, server, alice, bob } = await stages.open();
    const place = bob.as.createsChannel({ title: 'Crowd' }, alice);
    crowd(server, place, 3_000);
    const channel = channelOf(place);
    const page = async (filter: Api.TypeChannelParticipantsFilter, offset = 0) =>
      (await client.invoke(
        new Api.channels.GetParticipants({ channel, filter, offset, limit: 200, hash: bigInt(0) }),
      )) as Api.channels.ChannelParticipants;
    const recent = await page(new Api.ChannelParticipantsRecent(), 2_900);
    expect([recent.count, recent.participants.length, recent.users.length]).toEqual([3_002, 102, 102]);
    const admins = await page(new Api.ChannelParticipantsAdmins());
    expect(admins.participants).toMatchObject([{ className: 'ChannelParticipantCreator' }]);
    const searched = await page(new Api.ChannelParticipantsSearch({ q: 'member 299' }));
    expect(searched.count).toBe(11);
    await expect(page(new Api.ChannelParticipantsKicked({ q: '' }))).rejects.toThrow('CHAT_ADMIN_REQUIRED');
    const own = await client.invoke(
      new Api.channels.GetParticipant({ channel, participant: new Api.InputPeerSelf() }),
    );
    expect(own.participant).toMatchObject({ className: 'ChannelParticipantSelf', inviterId: bigInt(bob.id) });
  });

  it('tells of people in large groups no more than a message needs', async () => {
    const { client, server, alice, bob, next } = await stages.open();
    const carol = server.person('Carol');
    const place = bob.as.createsChannel({ title: 'Crowd' }, alice, carol);
    carol.says('hi', place);
    const { message } = await next(
      Api.UpdateNewChannelMessage,
      (update) => 'message' in update.message && update.message.message === 'hi',
    );
    expect(message).toMatchObject({ fromId: { userId: bigInt(carol.id) } });
    const input = new Api.InputUserFromMessage({
      ...{ peer: peerOf(place), msgId: message.id, userId: bigInt(carol.id) },
    });
    const [seen] = await client.invoke(new Api.users.GetUsers({ id: [input] }));
    expect(seen).toMatchObject({ firstName: 'Carol', min: false });
    const wrong = new Api.InputUserFromMessage({ peer: peerOf(place), msgId: 1, userId: bigInt(carol.id) });
    expect(await client.invoke(new Api.users.GetUsers({ id: [wrong] }))).toEqual([]);
  });

  it('promotes, restricts, bans, slows down and closes', async () => {
    const { client, alice, bob, join } = await stages.open();
    const place = alice.as.createsChannel({ title: 'Strict' }, bob);
    const channel = channelOf(place);
    const there = await join(bob);
    const say = (message: string) =>
      there.client.invoke(new Api.messages.SendMessage({ peer: peerOf(place), message }));
    const limit = (rights: object) =>
      client.invoke(
        new Api.channels.EditBanned({
          ...{ channel, participant: peerOf(bob) },
          bannedRights: new Api.ChatBannedRights({ untilDate: 0, ...rights }),
        }),
      );
    await say('first');
    await client.invoke(new Api.channels.ToggleSlowMode({ channel, seconds: 30 }));
    await expect(say('second')).rejects.toThrow(/SLOWMODE_WAIT|A wait of \d+ seconds/);
    await client.invoke(new Api.channels.ToggleSlowMode({ channel, seconds: 0 }));
    await limit({ sendPlain: true });
    await expect(say('x')).rejects.toThrow('CHAT_SEND_PLAIN_FORBIDDEN');
    await limit({ sendMessages: true });
    await expect(say('x')).rejects.toThrow('USER_BANNED_IN_CHANNEL');
    await limit({});
    await say('second');
    await client.invoke(
      new Api.messages.EditChatDefaultBannedRights({
        peer: peerOf(place),
        bannedRights: new Api.ChatBannedRights({ untilDate: 0, sendMessages: true }),
      }),
    );
    await expect(say('x')).rejects.toThrow('CHAT_WRITE_FORBIDDEN');
    await client.invoke(
      new Api.channels.EditAdmin({
        ...{ channel, userId: userOf(bob), rank: 'helper' },
        adminRights: new Api.ChatAdminRights({ anonymous: true, deleteMessages: true, other: true }),
      }),
    );
    await say('hidden');
    expect(place.box.newest()[0]).toMatchObject({
      ...{ from: { channelId: bigInt(place.id) }, signature: 'helper' },
    });
    const admin = await client.invoke(new Api.channels.GetParticipant({ channel, participant: peerOf(bob) }));
    expect(admin.participant).toMatchObject({ rank: 'helper', adminRights: { anonymous: true } });
    await client.invoke(
      new Api.channels.EditAdmin({
        ...{ channel, userId: userOf(bob), rank: '', adminRights: new Api.ChatAdminRights({}) },
      }),
    );
    await limit({ viewMessages: true });
    expect(place.box.newest()[0]?.action?.className).toBe('MessageActionChatDeleteUser');
    await expect(say('x')).rejects.toThrow('CHANNEL_PRIVATE');
    const full = await client.invoke(new Api.channels.GetFullChannel({ channel }));
    expect(full.fullChat).toMatchObject({ kickedCount: 1, canViewParticipants: true });
  });

  it('lets people in by links, some only when they are let in', async () => {
    const { client, alice, bob, join, next } = await stages.open();
    const place = alice.as.createsChannel({ title: 'Club' });
    const there = await join(bob);
    const invite = async (requestNeeded: boolean) => {
      const made = await client.invoke(
        new Api.messages.ExportChatInvite({ peer: peerOf(place), requestNeeded, title: 'x' }),
      );
      return made instanceof Api.ChatInviteExported ? made.link.replace(/.*\+/, '') : '';
    };
    const closed = await invite(true);
    expect(await there.client.invoke(new Api.messages.CheckChatInvite({ hash: closed }))).toMatchObject({
      ...{ title: 'Club', requestNeeded: true },
    });
    await expect(there.client.invoke(new Api.messages.ImportChatInvite({ hash: closed }))).rejects.toThrow(
      'INVITE_REQUEST_SENT',
    );
    await next(Api.UpdatePendingJoinRequests);
    await client.invoke(
      new Api.messages.HideChatJoinRequest({ peer: peerOf(place), userId: userOf(bob), approved: true }),
    );
    await there.next(Api.UpdateChannel);
    expect(place.box.newest()[0]?.action?.className).toBe('MessageActionChatJoinedByRequest');
    await there.client.invoke(new Api.channels.LeaveChannel({ channel: channelOf(place) }));
    const open = await invite(false);
    await there.client.invoke(new Api.messages.ImportChatInvite({ hash: open }));
    expect(place.members.get(bob.person)?.role).toBe('member');
    await expect(there.client.invoke(new Api.messages.ImportChatInvite({ hash: 'none' }))).rejects.toThrow(
      'INVITE_HASH_INVALID',
    );
  });

  it('keeps topics of forums apart', async () => {
    const { client, alice, bob } = await stages.open();
    const place = bob.as.createsChannel({ title: 'Forum', forum: true }, alice);
    const channel = channelOf(place);
    const made = await client.invoke(new Api.channels.CreateForumTopic({ channel, title: 'Tea' }));
    const topic = (made as Api.Updates).updates.find((one) => one instanceof Api.UpdateMessageID)?.id ?? 0;
    await client.invoke(
      new Api.messages.SendMessage({
        ...{
          peer: peerOf(place),
          message: 'green',
          replyTo: new Api.InputReplyToMessage({ replyToMsgId: topic }),
        },
      }),
    );
    await client.invoke(new Api.messages.SendMessage({ peer: peerOf(place), message: 'general' }));
    const [general, green] = place.box.newest();
    expect(general?.topic).toBeUndefined();
    expect(green).toMatchObject({ topic, replyTo: { forumTopic: true, replyToMsgId: topic } });
    const said = bob.answers({ message: green as never }, 'black', place);
    expect(said.message.replyTo).toMatchObject({ forumTopic: true, replyToTopId: topic });
    const { topics } = await client.invoke(new Api.channels.GetForumTopics({ channel, limit: 10 }));
    expect(topics.map((one) => (one as Api.ForumTopic).title).sort()).toEqual(['General', 'Tea']);
    const replies = await client.getMessages(peerOf(place), { replyTo: topic, limit: 10 });
    expect([...replies].map(({ message }) => message)).toEqual(['black', 'green']);
    await client.invoke(new Api.channels.EditForumTopic({ channel, topicId: topic, closed: true }));
    expect(place.box.newest()[0]).toMatchObject({ topic, action: { closed: true } });
    await client.invoke(
      new Api.messages.ReadDiscussion({ peer: peerOf(place), msgId: topic, readMaxId: 99 }),
    );
    const [read] = (await client.invoke(new Api.channels.GetForumTopicsByID({ channel, topics: [topic] })))
      .topics;
    expect(read).toMatchObject({ closed: true, unreadCount: 0 });
  });

  it('publishes in channels, and comments in their groups', async () => {
    const { client, alice, bob, join } = await stages.open();
    const group = alice.as.createsChannel({ title: 'Talk' }, bob);
    const news = alice.as.createsChannel({ title: 'News', broadcast: true, username: 'thenews' }, bob);
    await client.invoke(
      new Api.channels.SetDiscussionGroup({ broadcast: channelOf(news), group: channelOf(group) }),
    );
    const there = await join(bob);
    await client.invoke(new Api.messages.SendMessage({ peer: peerOf(news), message: 'Something happened' }));
    const heard = await there.next(
      Api.UpdateNewChannelMessage,
      ({ message }) => 'post' in message && message.post === true,
    );
    const { message } = heard;
    expect(message).toMatchObject({
      message: 'Something happened',
      replies: { channelId: bigInt(group.id) },
    });
    await expect(
      there.client.invoke(new Api.messages.SendMessage({ peer: peerOf(news), message: 'x' })),
    ).rejects.toThrow('CHAT_ADMIN_REQUIRED');
    const discussion = await there.client.invoke(
      new Api.messages.GetDiscussionMessage({ peer: peerOf(news), msgId: message.id }),
    );
    const [top] = discussion.messages;
    expect(top).toMatchObject({ fwdFrom: { channelPost: message.id }, pinned: true });
    await there.client.invoke(
      new Api.messages.SendMessage({
        ...{ peer: peerOf(group), message: 'really?' },
        replyTo: new Api.InputReplyToMessage({ replyToMsgId: top?.id ?? 0 }),
      }),
    );
    const [post] = await client.getMessages(peerOf(news), { ids: [message.id] });
    expect(post?.replies).toMatchObject({ replies: 1, comments: true });
    const views = await client.invoke(
      new Api.messages.GetMessagesViews({ peer: peerOf(news), id: [message.id], increment: true }),
    );
    expect(views.views).toMatchObject([{ views: 2 }]);
    const outsider = alice.as.createsChannel({ title: 'Secret' });
    await expect(
      there.client.invoke(new Api.channels.JoinChannel({ channel: channelOf(outsider) })),
    ).rejects.toThrow('CHANNEL_PRIVATE');
  });

  it('changes titles, pictures and reactions', async () => {
    const { client, alice, bob } = await stages.open();
    const place = alice.as.createsChannel({ title: 'Old' }, bob);
    const said = bob.says('hello', place);
    await client.invoke(new Api.channels.EditTitle({ channel: channelOf(place), title: 'New' }));
    expect(place.box.newest()[0]?.action).toMatchObject({ title: 'New' });
    await client.invoke(
      new Api.messages.SetChatAvailableReactions({
        peer: peerOf(place),
        availableReactions: new Api.ChatReactionsSome({
          reactions: [new Api.ReactionEmoji({ emoticon: '👍' })],
        }),
      }),
    );
    const react = (...emojis: string[]) =>
      client.invoke(
        new Api.messages.SendReaction({
          ...{ peer: peerOf(place), msgId: said.message.id },
          reaction: emojis.map((emoticon) => new Api.ReactionEmoji({ emoticon })),
        }),
      );
    await react('👍');
    await expect(react('🔥')).rejects.toThrow('REACTION_INVALID');
    await expect(react('👍', '🔥')).rejects.toThrow('REACTIONS_TOO_MANY');
    const list = await client.invoke(
      new Api.messages.GetMessageReactionsList({ peer: peerOf(place), id: said.message.id, limit: 10 }),
    );
    expect(list.reactions).toMatchObject([{ reaction: { emoticon: '👍' } }]);
    const full = await client.invoke(new Api.channels.GetFullChannel({ channel: channelOf(place) }));
    expect(full.fullChat).toMatchObject({ availableReactions: { reactions: [{ emoticon: '👍' }] } });
  });
});
