import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { Posted, Words } from '../world/posting.js';
import type { ScriptedPerson, Where } from '../world/scripted-person.js';
import type { Person } from '../world/world.js';
import { type Cast, timeText } from './cast.js';
import type { Media } from './media.js';
import { pause, Scene, type Tempo } from './scene.js';
import { WORDS, type Word } from './words.js';

/** As people are. */
export const HUMAN: Tempo = { reading: 700, writing: 1_200, thinking: 2_500, staying: 60_000 };
/** Every so many posts of the channel there is one with a picture. */
const PICTURED = 5;
const MINUTE_MS = 60_000;
/** What Bob sends, one after the other, to whatever he is told. */
const GIFTS = ['photo', 'sticker', 'poll', 'voice'] as const;

/** The people of the cast: they hear what clients say, and answer. */
export class Troupe {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #away = new Map<ScriptedPerson, NodeJS.Timeout>();
  readonly #greeted = new Set<Person>();
  #gifts = 0;
  #posts = 0;

  /** `trouble` is told what went wrong in an answer. */
  constructor(
    private readonly server: TelegramServer,
    private readonly cast: Cast,
    private readonly media: Media,
    private readonly tempo: Tempo,
    private readonly trouble: (error: unknown) => void,
  ) {
    const { doings } = server;
    doings.on('said', ({ by, to, posted }) => {
      this.#greets(by);
      if (to.kind === 'person') {
        const speaker = this.#played(to.id);
        if (speaker) this.#soon(() => this.#answers(speaker, by, by, posted, posted.message.text));
        return;
      }
      const { alice, bob } = cast;
      const [, forBob] = /^bob\b[,:]?\s*(.*)$/is.exec(posted.message.text) ?? [];
      const speaker = forBob === undefined ? alice : bob;
      if (!to.members.has(speaker.person)) return;
      this.#soon(() => this.#answers(speaker, to, by, posted, forBob ?? posted.message.text));
    });
    doings.on('edited', (by, { peer, text }) =>
      this.#remarks(by, peer, `You have changed that to “${text}”.`),
    );
    doings.on('removed', (by, _box, [message]) =>
      this.#remarks(by, message?.peer, 'You have taken something back.'),
    );
    doings.on('reacted', (by, { peer }, [reaction]) => {
      if (reaction instanceof Api.ReactionEmoji) this.#remarks(by, peer, `${reaction.emoticon} to you too.`);
    });
    cast.teaBot.answersButtons((tea, by) => {
      this.#soon(() => cast.teaBot.says(`${tea} tea for ${by.firstName}.`, by));
      return { text: `${tea}: a good choice.` };
    });
  }

  /** The channel tells the time, every minute from now on. */
  keepTime(): void {
    this.#timers.add(setInterval(() => this.tellTime(), MINUTE_MS));
  }

  tellTime(): void {
    const { alice, everyMinute } = this.cast;
    const [landscape] = this.media.landscapes;
    this.#posts += 1;
    const picture = landscape && this.#posts % PICTURED === 0 ? this.server.samples.photo(landscape) : {};
    alice.says({ ...picture, text: timeText(this.server.seconds()) }, everyMinute);
  }

  stop(): void {
    for (const timer of [...this.#timers, ...this.#away.values()]) clearTimeout(timer);
    this.#timers.clear();
    this.#away.clear();
  }

  async #answers(
    speaker: ScriptedPerson,
    where: Where,
    by: Person,
    said: Posted,
    text: string,
  ): Promise<void> {
    this.#isThere(speaker);
    speaker.reads(where);
    const [, name = '', rest = ''] = /^(\w*)\s*(.*)$/s.exec(text.trim()) ?? [];
    const scene = new Scene(this.server, this.media, this.tempo, speaker, where, by, said, rest);
    if (speaker === this.cast.teaBot) {
      scene.says({ text: 'Which tea would you like?', markup: BUTTONS });
      return;
    }
    const word = WORDS.get(name.toLowerCase());
    if (word === undefined || name.toLowerCase() === 'help') {
      scene.types();
      await pause(this.tempo.writing);
    }
    if (word) await word.act(scene);
    else if (speaker === this.cast.bob) await this.#gift()?.act(scene);
    else this.#echoes(scene, name.toLowerCase() === 'echo' ? rest : undefined);
  }

  /** The same words with the same look; media come back as a remark. */
  #echoes(scene: Scene, wanted: string | undefined): void {
    const { message } = scene.said;
    const { text, entities, media, poll } = message;
    const echo: Words =
      wanted !== undefined
        ? { text: wanted }
        : { text: media || poll ? `${text}\n(with what you have sent)`.trim() : text, entities };
    const same = { ...echo, ...(media && { media }) };
    if (message.replyTo) scene.answers(same);
    else scene.says(same);
  }

  #gift(): Word | undefined {
    const gift = GIFTS[this.#gifts % GIFTS.length] ?? GIFTS[0];
    this.#gifts += 1;
    return WORDS.get(gift);
  }

  /** Says something to somebody who has done something in a private chat with one of the cast. */
  #remarks(to: Person, peer: Api.TypePeer | undefined, text: string): void {
    const speaker = peer instanceof Api.PeerUser ? this.#played(peer.userId.toJSNumber()) : undefined;
    if (speaker && !speaker.person.bot) this.#soon(() => speaker.says(text, to));
  }

  /** Carol, whom nobody has among his contacts, writes to whoever has said something for the first time. */
  #greets(person: Person): void {
    if (person.bot || this.#greeted.has(person)) return;
    this.#greeted.add(person);
    this.#soon(
      () => this.cast.carol.says(`Hello ${person.firstName}, we met at the harbour. Carol`, person),
      this.tempo.thinking,
    );
  }

  #played(id: number): ScriptedPerson | undefined {
    const { alice, bob, carol, teaBot } = this.cast;
    return [alice, bob, carol, teaBot].find((one) => one.id === id);
  }

  #isThere(speaker: ScriptedPerson): void {
    if (speaker.person.bot) return;
    const known = this.#away.get(speaker);
    if (known) clearTimeout(known);
    else speaker.comesOnline();
    const leave = (): void => {
      this.#away.delete(speaker);
      speaker.goesOffline();
    };
    this.#away.set(speaker, setTimeout(leave, this.tempo.staying));
  }

  /** Does something in a moment, unless it is all over. */
  #soon(act: () => unknown, after = this.tempo.reading): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      Promise.resolve().then(act).catch(this.trouble);
    }, after);
    this.#timers.add(timer);
  }
}

const BUTTONS = new Api.ReplyInlineMarkup({
  rows: [
    new Api.KeyboardButtonRow({
      buttons: ['Green', 'Black', 'Mint'].map(
        (text) => new Api.KeyboardButtonCallback({ text, data: Buffer.from(text) }),
      ),
    }),
    new Api.KeyboardButtonRow({
      buttons: [new Api.KeyboardButtonUrl({ text: 'About tea', url: 'https://example.org/tea' })],
    }),
  ],
});
