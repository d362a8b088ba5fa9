import { Api } from 'telegram';
import type { TgClient, TgDraft } from '../client.js';
import type { UpdateState } from '../events.js';
import type { FileHandle, PeerId } from '../model.js';
import type { TgClientOptions } from '../options.js';
import { countAnswer, type Parts } from './answers.js';
import { Chats } from './chats/chats.js';
import { about } from './chats/full-chat.js';
import { Members } from './chats/members.js';
import { Topics } from './chats/topics.js';
import { Doubts } from './conversation/doubts.js';
import { History } from './conversation/history.js';
import { emojiWord, MessageActions } from './conversation/message-actions.js';
import { Sending } from './conversation/sending.js';
import { Directory } from './directory.js';
import { Downloads } from './files/downloads.js';
import { Uploads } from './files/uploads.js';
import { Login } from './login.js';
import { handleOf } from './media-to-model.js';
import { trustServerKey } from './network/key-agreement.js';
import { People } from './people.js';
import { Requests } from './requests.js';
import { Session } from './session.js';
import { UpdateStream } from './updates/update-stream.js';

/** How often everybody is asked for again because somebody could not be named (ms). */
const REFILL_MS = 600_000;
/** Reactions of one person to one message; more for those who pay. */
const REACTIONS = { usual: 1, premium: 3 };

/** A client on the network layer and the schema of `telegram`. @throws {Error} for a session or a key that is none */
export function createClient(options: TgClientOptions): TgClient {
  const { listener, network } = options;
  const { servers, limits } = network;
  if (servers) trustServerKey(servers.publicKey);
  const session = new Session(
    options.session,
    (text) => listener.session(text),
    servers?.endpoints[0]?.centre,
  );
  const me = (): PeerId => session.me ?? 'u0';
  const doubts = new Doubts();
  const requests = new Requests(options, session, {
    updates: (updates) => stream.handle(updates),
    missed: () => stream.missed(),
    answered: (request, answer) => countAnswer(stream, request, answer),
    lost: (reason) => {
      void stream.stop();
      listener.lost(reason);
    },
    state: (state, reason) => {
      if (state === 'away') doubts.disconnected();
      listener.state(state, reason);
      if (state === 'connected') stream.connected();
    },
  });
  let refilled = 0;
  const directory = new Directory(options.hashes, limits.mostKnown, async () => {
    if (Date.now() - refilled < REFILL_MS) return;
    refilled = Date.now();
    await Promise.all([people.contacts(), stream.lookAtDialogs()]);
  });
  const stream = new UpdateStream({
    ...{ requests, directory, listener, limits, me },
    loginTaken: () => login.tokenTaken(),
    expects: (message) => doubts.recognise(message),
  });
  const parts: Parts = { requests, directory, stream, me };
  const login = new Login(options.api, requests, session, (user) => directory.learn([user], []));
  const people = new People(parts);
  const history = new History(parts);
  const actions = new MessageActions(parts);
  const members = new Members(parts);
  const topics = new Topics(parts);
  const downloads = new Downloads(parts);
  const chats = new Chats(parts, (username) => people.resolve({ username }));
  const sending = new Sending(parts, new Uploads(requests), doubts, (message) => {
    void listener.event({ type: 'message', message })?.catch(() => undefined);
  });
  const stop = async (): Promise<void> => {
    login.stop();
    await stream.stop();
    await requests.close();
    await directory.save();
  };
  return {
    ...{ directory, login, stop },
    start: async (state: UpdateState | undefined, channels: ReadonlyMap<PeerId, number>) => {
      requests.open();
      await stream.start(state, channels);
    },
    logOut: async () => {
      await requests.invoke(new Api.auth.LogOut());
      await stop();
    },
    otherSessions: () => people.otherSessions(),
    endSession: (id) => people.endSession(id),
    me: () => people.me(),
    person: (id) => people.person(id),
    chat: (id) => people.chat(id),
    contacts: () => people.contacts(),
    blockedPeople: () => people.blocked(),
    setBlocked: (person, blocked) => people.setBlocked(person, blocked),
    resolve: (input) => people.resolve(input),
    addContact: (person, name) => people.add(person, name),
    removeContact: (person) => people.remove(person),
    search: (words, limit) => people.search(words, limit),
    setOnline: (online) => people.setOnline(online),
    about: (peer) => about(parts, peer),
    dialogs: (limit) => history.dialogs(limit),
    history: (chat, page) => history.history(chat, page),
    message: (chat, id) => history.message(chat, id),
    send: (chat, draft: TgDraft) => sending.send(chat, draft),
    edit: (chat, id, text, entities) => actions.edit(chat, id, text, entities),
    delete: (chat, ids, everywhere) => actions.delete(chat, ids, everywhere),
    react: (chat, id, reactions) => actions.react(chat, id, reactions),
    allowedReactions: async (chat) => ({
      emojis: chat.startsWith('u')
        ? await actions.availableReactions()
        : ((await about(parts, chat)).reactions ?? 'all'),
      perUser: people.premium ? REACTIONS.premium : REACTIONS.usual,
    }),
    forward: (from, ids, to) => actions.forward(from, ids, to),
    vote: (chat, id, chosen) => actions.vote(chat, id, chosen),
    press: (chat, id, data) => actions.press(chat, id, data),
    read: (chat, upTo, topic) => actions.read(chat, upTo, topic),
    setTyping: (chat, typing, topic) => actions.setTyping(chat, typing, topic),
    pin: (chat, id, pinned) => actions.pin(chat, id, pinned),
    members: (chat, page) => members.list(chat, page),
    member: (chat, person) => members.one(chat, person),
    setStanding: (chat, person, standing) => members.setStanding(chat, person, standing),
    invite: (chat, person) => members.invite(chat, person),
    topics: (chat, limit) => topics.list(chat, limit),
    createTopic: (chat, title) => topics.create(chat, title),
    changeTopic: (chat, topic, change) => topics.change(chat, topic, change),
    leave: (chat) => chats.leave(chat),
    join: (target) => chats.join(target),
    inviteLink: (chat) => chats.inviteLink(chat),
    createGroup: (title, others, kind) => chats.create(title, others, kind),
    changeChat: (chat, change) => chats.change(chat, change),
    download: (file: FileHandle) => downloads.download(file),
    emojiWords: async (ids) => {
      const documents = await actions.emojiDocuments(ids);
      return new Map(documents.flatMap((one) => emojiWord(one)));
    },
    emojiFiles: async (ids) => {
      const documents = await actions.emojiDocuments(ids);
      return new Map(documents.map((one) => [String(one.id), { ...handleOf(one), kind: 'document' }]));
    },
  };
}
