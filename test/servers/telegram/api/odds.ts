import { Api } from 'telegram';
import { long } from '../world/peers.js';
import { hasRight } from '../world/rights.js';
import { caller, type Method, method, namedFor, refuse } from './call.js';
import { groupOrChannelOf, messageOf, placeOf } from './peers.js';

/** What clients ask along the way and little depends on: drafts, previews, settings of chats. */
export const oddMethods: readonly Method[] = [
  // Drafts are taken, and forgotten.
  method(Api.messages.SaveDraft, ({ peer }, call) => placeOf(peer, call) !== undefined),
  method(Api.messages.ClearAllDrafts, (_request, call) => caller(call) !== undefined),
  method(
    Api.messages.GetAllDrafts,
    (_request, { server }) =>
      new Api.Updates({ updates: [], users: [], chats: [], date: server.seconds(), seq: 0 }),
  ),
  method(Api.messages.GetPeerSettings, ({ peer }, call) => {
    const place = placeOf(peer, call);
    const viewer = caller(call);
    const stranger = place.kind === 'person' && place !== viewer && !viewer.contacts.has(place);
    const settings = new Api.PeerSettings({ addContact: stranger, blockContact: stranger });
    return new Api.messages.PeerSettings({ settings, users: [], chats: [] });
  }),
  method(Api.messages.GetWebPagePreview, ({ message }, call) => {
    caller(call);
    for (const [url, webpage] of call.server.world.pages)
      if (message.includes(url)) {
        const media = new Api.MessageMediaWebPage({ webpage });
        return new Api.messages.WebPagePreview({ media, users: [] });
      }
    return new Api.messages.WebPagePreview({ media: new Api.MessageMediaEmpty(), users: [] });
  }),
  method(Api.messages.GetOutboxReadDate, ({ peer, msgId }, call) => {
    const place = placeOf(peer, call);
    const viewer = caller(call);
    const message = messageOf(place, msgId, viewer);
    const read = viewer.read.get(`${place.kind} ${place.id}`)?.outbox ?? 0;
    if (!message.out || read < msgId) refuse('MESSAGE_NOT_READ_YET');
    return new Api.OutboxReadDate({ date: call.server.seconds() });
  }),
  method(Api.channels.ExportMessageLink, ({ channel: input, id }, call) => {
    const place = groupOrChannelOf(input, call);
    if (place.kind !== 'channel') return refuse('CHANNEL_INVALID');
    messageOf(place, id, caller(call));
    const link = `https://t.me/${place.username ?? `c/${place.id}`}/${id}`;
    return new Api.ExportedMessageLink({ link, html: '' });
  }),
  method(Api.messages.GetAdminsWithInvites, ({ peer }, call) => {
    const place = groupOrChannelOf(peer, call);
    if (!hasRight(place, caller(call), 'inviteUsers')) refuse('CHAT_ADMIN_REQUIRED');
    const by = new Map<number, number>();
    for (const { by: admin, revoked } of place.invites.values())
      if (!revoked) by.set(admin.id, (by.get(admin.id) ?? 0) + 1);
    const admins = [...by].map(
      ([id, invitesCount]) =>
        new Api.ChatAdminWithInvites({ adminId: long(id), invitesCount, revokedInvitesCount: 0 }),
    );
    return new Api.messages.ChatAdminsWithInvites({ admins, users: namedFor(call, admins).users });
  }),
];
