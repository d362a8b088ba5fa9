import bigInt from 'big-integer';
import sharp from 'sharp';
import { Api } from 'telegram';
import { CustomFile } from 'telegram/client/uploads.js';
import { afterEach, describe, expect, it } from 'vitest';
import { channelOf, peerOf, userOf } from '../../../support/telegram/plain-client.js';
import { Stages } from './stage.js';

describe('everything else that is answered', () => {
  const stages = new Stages();
  afterEach(() => stages.close());

  const picture = () =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
      .jpeg()
      .toBuffer();

  it('keeps names, pictures and settings of an account', async () => {
    const { client, server, alice, bob } = await stages.open();
    await client.invoke(new Api.account.UpdateUsername({ username: 'alice_a' }));
    expect(alice.person.username).toBe('alice_a');
    await expect(client.invoke(new Api.account.UpdateUsername({ username: 'bobby' }))).rejects.toThrow(
      'USERNAME_OCCUPIED',
    );
    const bytes = await picture();
    const file = await client.uploadFile({
      file: new CustomFile('a.jpg', bytes.length, '', bytes),
      workers: 1,
    });
    const { photo } = await client.invoke(new Api.photos.UploadProfilePhoto({ file }));
    const own = await client.invoke(
      new Api.photos.GetUserPhotos({
        userId: new Api.InputUserSelf(),
        offset: 0,
        maxId: bigInt(0),
        limit: 5,
      }),
    );
    expect(own.photos).toHaveLength(1);
    if (!(photo instanceof Api.Photo)) throw new Error('no photo');
    const { id, accessHash, fileReference } = photo;
    const input = new Api.InputPhoto({ id, accessHash, fileReference });
    await client.invoke(new Api.photos.UpdateProfilePhoto({ id: input }));
    expect(alice.person.photo).toBeDefined();
    expect(await client.invoke(new Api.photos.DeletePhotos({ id: [input] }))).toHaveLength(1);
    expect(alice.person.photo).toBeUndefined();
    const peer = new Api.InputNotifyPeer({ peer: peerOf(bob) });
    const settings = new Api.InputPeerNotifySettings({ muteUntil: 2 ** 31 - 1 });
    await client.invoke(new Api.account.UpdateNotifySettings({ peer, settings }));
    expect(await client.invoke(new Api.account.GetNotifySettings({ peer }))).toMatchObject({
      muteUntil: 2 ** 31 - 1,
    });
    server.logIn(alice.person, 'other');
    await client.invoke(new Api.auth.ResetAuthorizations());
    expect(server.world.authorisations.size).toBe(1);
    const config = await client.invoke(new Api.help.GetAppConfig({ hash: 0 }));
    expect(JSON.stringify(config)).toContain('reactions_user_max_default');
    const available = await client.invoke(new Api.messages.GetAvailableReactions({ hash: 0 }));
    expect(available).toMatchObject({ reactions: { length: server.world.reactions.length } });
  });

  it('keeps the list of conversations', async () => {
    const { client, server, alice, bob } = await stages.open();
    const people = Array.from({ length: 120 }, (_unused, index) => server.person(`Person ${index}`));
    for (const one of people) one.says('hi', alice);
    bob.says('last', alice);
    expect(await client.getDialogs({})).toHaveLength(121);
    const put = (folderId: number) =>
      client.invoke(
        new Api.folders.EditPeerFolders({
          folderPeers: [new Api.InputFolderPeer({ peer: peerOf(bob), folderId })],
        }),
      );
    await put(1);
    expect([...(await client.getDialogs({ folder: 1 }))]).toMatchObject([{ title: 'Bob' }]);
    await put(0);
    const one = await client.invoke(
      new Api.messages.GetPeerDialogs({ peers: [new Api.InputDialogPeer({ peer: peerOf(bob) })] }),
    );
    expect(one.dialogs).toMatchObject([{ unreadCount: 1 }]);
    const pinned = await client.invoke(new Api.messages.GetPinnedDialogs({ folderId: 0 }));
    expect(pinned.dialogs).toEqual([]);
    await client.invoke(new Api.messages.SaveDraft({ peer: peerOf(bob), message: 'x' }));
    expect(await client.invoke(new Api.messages.GetAllDrafts())).toMatchObject({ updates: [] });
    await client.invoke(new Api.messages.ClearAllDrafts());
    expect(await client.invoke(new Api.messages.GetPeerSettings({ peer: peerOf(bob) }))).toMatchObject({
      settings: { addContact: true },
    });
    const found = await client.invoke(
      new Api.messages.SearchGlobal({
        ...{ q: 'LAST', filter: new Api.InputMessagesFilterEmpty(), minDate: 0, maxDate: 0, offsetRate: 0 },
        ...{ offsetPeer: new Api.InputPeerEmpty(), offsetId: 0, limit: 10 },
      }),
    );
    expect(found).toMatchObject({ messages: [{ message: 'last' }] });
    await client.invoke(new Api.messages.DeleteHistory({ peer: peerOf(bob), maxId: 0, revoke: true }));
    expect(bob.heard(alice)).toBeUndefined();
  });

  it('keeps marks of reading, mentions and reactions in groups', async () => {
    const { client, server, alice, bob } = await stages.open();
    const group = alice.as.createsGroup('Friends', bob);
    const own = alice.says('who has read it?', group);
    bob.reads(group);
    const readers = await client.invoke(
      new Api.messages.GetMessageReadParticipants({ peer: peerOf(group), msgId: own.message.id }),
    );
    expect(readers).toMatchObject([{ userId: bigInt(bob.id) }]);
    alice.says('hello', bob);
    bob.reads(alice);
    const { id = 0 } = alice.heard(bob) ?? {};
    expect(
      await client.invoke(new Api.messages.GetOutboxReadDate({ peer: peerOf(bob), msgId: id })),
    ).toMatchObject({ className: 'OutboxReadDate' });
    const answered = bob.answers(own, 'I have', group);
    const mentions = await client.invoke(
      new Api.messages.GetUnreadMentions({
        ...{ peer: peerOf(group), offsetId: 0, addOffset: 0, limit: 10, maxId: 0, minId: 0 },
      }),
    );
    expect(mentions).toMatchObject({ messages: [{ message: 'I have', mentioned: true }] });
    await client.invoke(new Api.messages.ReadMentions({ peer: peerOf(group) }));
    await client.invoke(new Api.messages.ReadReactions({ peer: peerOf(group) }));
    bob.reacts(own, '👍');
    expect(answered.message.copies.size).toBe(1);
    const told = await client.invoke(
      new Api.messages.GetMessagesReactions({ peer: peerOf(group), id: [own.message.id] }),
    );
    expect(told).toMatchObject({ updates: [{ reactions: { results: [{ count: 1 }] } }] });
    const poll = bob.says(server.samples.poll('?', ['a', 'b'], { correct: 1 }), group);
    const results = await client.invoke(
      new Api.messages.GetPollResults({ peer: peerOf(group), msgId: alice.heard(group)?.id ?? 0 }),
    );
    expect(results).toMatchObject({ updates: [{ className: 'UpdateMessagePoll' }] });
    expect(poll.message.poll?.correct).toEqual([Buffer.from([1])]);
    const common = await client.invoke(
      new Api.messages.GetCommonChats({ userId: userOf(bob), maxId: bigInt(0), limit: 10 }),
    );
    expect(common.chats).toMatchObject([{ title: 'Friends' }]);
    await client.invoke(
      new Api.messages.EditChatPhoto({ chatId: bigInt(group.id), photo: new Api.InputChatPhotoEmpty() }),
    );
    expect(bob.heard(group)?.action?.className).toBe('MessageActionChatDeletePhoto');
    await client.invoke(new Api.messages.DeleteChat({ chatId: bigInt(group.id) }));
    expect(group.members.get(bob.person)?.role).toBe('banned');
  });

  it('keeps what is rarely changed of channels', async () => {
    const { client, alice, bob, join } = await stages.open();
    const place = alice.as.createsChannel({ title: 'Club' }, bob);
    const there = await join(bob);
    const channel = channelOf(place);
    await client.invoke(new Api.channels.UpdateUsername({ channel, username: 'the_club' }));
    await there.next(Api.UpdateChannel);
    await client.invoke(new Api.channels.ToggleForum({ channel, enabled: true }));
    await client.invoke(new Api.channels.ToggleSignatures({ channel, signaturesEnabled: true }));
    await client.invoke(new Api.channels.ToggleJoinRequest({ channel, enabled: true }));
    await client.invoke(new Api.channels.ToggleParticipantsHidden({ channel, enabled: true }));
    await client.invoke(new Api.messages.ToggleNoForwards({ peer: peerOf(place), enabled: true }));
    expect(place).toMatchObject({ username: 'the_club', forum: true, signatures: true, approval: true });
    const said = bob.says('secret', place);
    await expect(
      there.client.invoke(
        new Api.messages.ForwardMessages({
          ...{ fromPeer: peerOf(place), id: [said.message.id], toPeer: new Api.InputPeerSelf() },
        }),
      ),
    ).rejects.toThrow('CHAT_FORWARDS_RESTRICTED');
    const topic = bob.as.opensTopic(place, 'Tea');
    await client.invoke(
      new Api.channels.UpdatePinnedForumTopic({ channel, topicId: topic.id, pinned: true }),
    );
    await there.next(Api.UpdateChannelPinnedTopic);
    await client.invoke(new Api.channels.DeleteTopicHistory({ channel, topMsgId: topic.id }));
    expect(place.topics.has(topic.id)).toBe(false);
    await client.invoke(new Api.channels.ReadMessageContents({ channel, id: [said.message.id] }));
    const as = await client.invoke(new Api.channels.GetSendAs({ peer: peerOf(place) }));
    expect(as.peers).toHaveLength(2);
    expect(await client.invoke(new Api.messages.GetOnlines({ peer: peerOf(place) }))).toMatchObject({
      onlines: 1,
    });
    const link = await client.invoke(new Api.channels.ExportMessageLink({ channel, id: said.message.id }));
    expect(link.link).toBe(`https://t.me/the_club/${said.message.id}`);
    await client.invoke(new Api.channels.EditPhoto({ channel, photo: new Api.InputChatPhotoEmpty() }));
    bob.pins(said);
    await client.invoke(new Api.messages.UnpinAllMessages({ peer: peerOf(place) }));
    expect(said.message.pinned).toBe(false);
    await client.invoke(new Api.channels.DeleteChannel({ channel }));
    await expect(client.invoke(new Api.channels.GetFullChannel({ channel }))).rejects.toThrow(
      'CHANNEL_PRIVATE',
    );
  });

  it('keeps links of invitation, and previews', async () => {
    const { client, server, alice, bob } = await stages.open();
    const place = alice.as.createsChannel({ title: 'Club' });
    const made = await client.invoke(
      new Api.messages.ExportChatInvite({ peer: peerOf(place), usageLimit: 1, title: 'one' }),
    );
    const link = made instanceof Api.ChatInviteExported ? made.link : '';
    const edited = await client.invoke(
      new Api.messages.EditExportedChatInvite({ peer: peerOf(place), link, title: 'two', revoked: true }),
    );
    expect(edited.invite).toMatchObject({ title: 'two', revoked: true });
    const list = await client.invoke(
      new Api.messages.GetExportedChatInvites({
        ...{ peer: peerOf(place), adminId: new Api.InputUserSelf(), limit: 10, revoked: true },
      }),
    );
    expect(list.count).toBe(1);
    await expect(
      client.invoke(new Api.messages.CheckChatInvite({ hash: link.replace(/.*\+/, '') })),
    ).rejects.toThrow('INVITE_HASH_EXPIRED');
    place.requests.set(bob.person, { since: 1, invite: undefined });
    const waiting = await client.invoke(
      new Api.messages.GetChatInviteImporters({
        ...{ peer: peerOf(place), requested: true, offsetDate: 0, limit: 10 },
        offsetUser: new Api.InputUserEmpty(),
      }),
    );
    expect(waiting.importers).toMatchObject([{ userId: bigInt(bob.id) }]);
    const admins = await client.invoke(new Api.messages.GetAdminsWithInvites({ peer: peerOf(place) }));
    expect(admins.admins).toEqual([]);
    const url = 'https://example.org/page';
    const page = new Api.WebPage({ id: bigInt(1), url, displayUrl: url, hash: 0, title: 'A page' });
    server.world.pages.set(url, page);
    const preview = await client.invoke(new Api.messages.GetWebPagePreview({ message: `see ${url}` }));
    expect(preview.media).toMatchObject({ webpage: { title: 'A page' } });
    await client.invoke(new Api.messages.SendMessage({ peer: peerOf(bob), message: `see ${url}` }));
    expect(bob.heard(alice)?.media).toMatchObject({ webpage: { title: 'A page' } });
  });
});
