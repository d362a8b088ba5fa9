import { TokenBucket } from 'limiter';
import { GatewayError } from '../../gateway/error.js';
import type { Log } from '../../gateway/gateway.js';
import type { Text } from '../../gateway/text.js';
import { plain } from '../command/plain-text.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { Translator } from '../translator.js';
import { personOf } from './blocks.js';
import type { Consents, Heard } from './consents.js';
import type { RelayHub } from './hub.js';
import type { Leg } from './leg.js';
import type { LegEvent, LegId, RelayContent, Speaker } from './model.js';
import { type ModerationWord, OWN_WISHES, obeyWord } from './moderation-words.js';
import { changeSetting, roomSettings } from './room-settings.js';
import { type Addressed, type RoomWord, RoomWords } from './room-words.js';
import { type Say, settingLines, statusLines } from './status-text.js';

/** What the relay's ears need of the world. */
export interface RoomCommandServices {
  readonly translator: Translator;
  /** Where a leg has none of its own. */
  readonly language: string;
  readonly log: Log;
  /** UTC milliseconds. */
  now(): number;
  /** What the relay is called where nothing else is set. */
  readonly nick: string;
  /** How old words may be that are still acted upon (ms). */
  readonly wordsMs: number;
  readonly answersPerMinute: number;
  /** Only those may ask for a relay whom the operator has named: a room's word for who somebody is does not count. */
  closed(): boolean;
}

/** Words that were acted upon are remembered, so that a room which tells them again changes nothing. */
const REMEMBERED = 2_000;
/** Rooms whose answers are counted. */
const ROOMS = 2_000;

/** Words said to the relay in a room. */
interface Asked {
  readonly id: LegId;
  readonly leg: Leg;
  readonly speaker: Speaker;
  readonly rest: string;
  readonly say: Say;
}

/** What people ask the relay for in rooms, and codes that are said there. */
export class RoomCommands {
  readonly #words: RoomWords;
  readonly #done = new BoundedMap<string, true>(REMEMBERED);
  readonly #answers = new BoundedMap<LegId, TokenBucket>(ROOMS);
  readonly #commands: Readonly<Record<RoomWord, (asked: Asked) => Promise<readonly string[]>>> = {
    help: async (asked) => this.#help(asked),
    link: (asked) => this.#link(asked),
    unlink: (asked) => this.#unlink(asked),
    relays: (asked) => this.#relays(asked),
    settings: (asked) => this.#settings(asked),
    block: (asked) => this.#moderate('block', asked),
    unblock: (asked) => this.#moderate('unblock', asked),
    blocked: (asked) => this.#moderate('blocked', asked),
    stop: (asked) => this.#moderate('stop', asked),
    start: (asked) => this.#moderate('start', asked),
  };

  constructor(
    private readonly hub: RelayHub,
    private readonly consents: Consents,
    private readonly services: RoomCommandServices,
  ) {
    this.#words = new RoomWords(services.translator);
  }

  /** Takes what was said in a room. True: it was meant for the relay, and crosses to no other room. Never throws. */
  hear(id: LegId, leg: Leg, event: LegEvent): boolean {
    const { content } = event;
    if (content.kind !== 'said' && content.kind !== 'edited') return false;
    const { speaker, words } = content;
    const addressed = this.#words.read(words.text, this.#names(id, leg));
    // What an answer of a program, or old words, ask for is not done; but it was not meant for the others either.
    if (!this.#live(id, event, content)) return addressed !== undefined;
    // That counts at once, before what he says next.
    if (addressed?.word === 'stop') this.#wishes(id, speaker);
    const heard = this.consents.hear(id, addressed?.rest ?? words.text, speaker.moderator === true);
    if (heard.kind !== 'nothing') this.#answer({ id, leg }, (say) => this.#agreed(heard, say));
    else if (addressed)
      this.#answer({ id, leg }, (say) =>
        this.#do(addressed, { id, leg, speaker, rest: addressed.rest, say }),
      );
    return addressed !== undefined || heard.kind !== 'nothing';
  }

  #live(
    id: LegId,
    { ids, time }: LegEvent,
    content: Extract<RelayContent, { kind: 'said' | 'edited' }>,
  ): boolean {
    const { now, wordsMs } = this.services;
    if (content.kind === 'edited' || content.words.automatic) return false;
    if (time !== undefined && time < now() - wordsMs) return false;
    const names = ids.map((one) => `${id}\n${one}`);
    if (names.some((name) => this.#done.get(name))) return false;
    for (const name of names) this.#done.set(name, true);
    return true;
  }

  /** The word of something that is said to the relay alone. */
  wordOf(text: string): RoomWord | undefined {
    return this.#words.alone(text).word;
  }

  #wishes(id: LegId, speaker: Speaker): void {
    const relay = this.hub.book.relayOf(id);
    if (relay) this.hub.guard.wish(relay, id, speaker, 'stop');
  }

  #names(id: LegId, { nick }: Leg): readonly string[] {
    const { nick: set = this.services.nick } = this.hub.book.settingsOf(id);
    return [...new Set([...(nick === undefined ? [] : [nick]), set])];
  }

  /** Says in the room what comes of it, in the room's language; not more than somebody can want to know. */
  #answer({ id, leg }: Pick<Asked, 'id' | 'leg'>, work: (say: Say) => Promise<readonly string[]>): void {
    if (!this.#bucket(id).tryRemoveTokens(1)) return;
    const { translator, language: usual, log } = this.services;
    const say = (text: Text): string => translator.say(text, this.hub.book.settingsOf(id).language ?? usual);
    work(say)
      .catch((error: unknown) => {
        if (error instanceof GatewayError) return [say(error.text)];
        log.error({ room: id, err: error }, 'words to a relay could not be acted upon');
        return [say({ key: 'relay-failed' })];
      })
      .then(async (lines) => {
        if (lines.length > 0) await leg.say(plain(lines.join('\n')));
      })
      .catch((error: unknown) => log.info({ room: id, err: error }, 'an answer of a relay was not taken'));
  }

  async #do({ word }: Addressed, asked: Asked): Promise<readonly string[]> {
    if (word === undefined) return [asked.say({ key: 'relay-no-word', args: { nick: this.#nick(asked) } })];
    if (word !== 'help' && !OWN_WISHES.has(word) && !asked.speaker.moderator)
      return [asked.say({ key: 'relay-no-rights' })];
    return this.#commands[word](asked);
  }

  async #agreed(heard: Exclude<Heard, { kind: 'nothing' }>, say: Say): Promise<readonly string[]> {
    if (heard.kind === 'not-allowed') return [say({ key: 'relay-code-no-rights' })];
    if (heard.kind === 'wrong') return [say({ key: 'relay-code-wrong' })];
    if (!heard.done) return [say({ key: 'relay-code-others', args: { rooms: rooms(heard.question.codes) } })];
    await this.hub.linkAgreed(heard.question);
    return [];
  }

  #help(asked: Asked): readonly string[] {
    const nick = this.#nick(asked);
    return [
      asked.say({ key: 'relay-help', args: { nick } }),
      asked.say({ key: 'relay-help-link', args: { nick } }),
      asked.say({ key: 'relay-help-unlink', args: { nick } }),
      asked.say({ key: 'relay-help-relays', args: { nick } }),
      asked.say({ key: 'relay-help-settings', args: { nick } }),
      asked.say({ key: 'relay-help-block', args: { nick } }),
      asked.say({ key: 'relay-help-stop', args: { nick } }),
    ];
  }

  async #link({ id, leg, speaker, rest, say }: Asked): Promise<readonly string[]> {
    if (this.services.closed())
      return [say({ key: 'relay-ask-in-private', args: { domain: this.hub.domain } })];
    if (rest === '') return [say({ key: 'relay-link-what', args: { nick: this.#nick({ id, leg }) } })];
    const other = this.hub.place(rest).id;
    const { codes } = await this.hub.ask([id, other], [id], personOf(id, speaker));
    return [...codes].map(([room, code]) => say({ key: 'relay-asked-room', args: { room, code } }));
  }

  async #unlink({ id, speaker, rest, say }: Asked): Promise<readonly string[]> {
    const relay = this.hub.book.relayOf(id);
    if (!relay) return [say({ key: 'relay-not-linked', args: { room: id } })];
    const target = rest === '' ? id : this.hub.place(rest).id;
    if (!relay.legs.some((leg) => leg.id === target))
      return [say({ key: 'relay-not-linked', args: { room: target } })];
    // Of three rooms or more each decides for itself.
    if (target !== id && relay.legs.length > 2)
      return [say({ key: 'relay-unlink-there', args: { room: target } })];
    await this.hub.unlink(target, speaker.nick);
    return [];
  }

  async #relays({ id, say }: Asked): Promise<readonly string[]> {
    const relay = this.hub.book.relayOf(id);
    if (!relay) return [say({ key: 'relay-not-linked', args: { room: id } })];
    return statusLines(relay.name, await this.hub.book.report(relay.name), say);
  }

  async #settings({ id, rest, say }: Asked): Promise<readonly string[]> {
    const { book } = this.hub;
    if (!book.relayOf(id)) return [say({ key: 'relay-not-linked', args: { room: id } })];
    if (rest === '') return settingLines(book.settingsOf(id), roomSettings, say);
    const { translator } = this.services;
    const [name, change] = changeSetting(rest, { most: this.hub.mostOf(id), translator });
    return settingLines(await book.set(id, change), [name], say);
  }

  async #moderate(word: ModerationWord, { id, speaker, rest, say }: Asked): Promise<readonly string[]> {
    const relay = this.hub.book.relayOf(id);
    if (!relay) return [say({ key: 'relay-not-linked', args: { room: id } })];
    return (await obeyWord({ word, relay, leg: id, speaker, rest }, this.hub)).map(say);
  }

  #nick({ id, leg }: Pick<Asked, 'id' | 'leg'>): string {
    return this.#names(id, leg)[0] ?? '';
  }

  #bucket(id: LegId): TokenBucket {
    const known = this.#answers.get(id);
    if (known) return known;
    const { answersPerMinute } = this.services;
    const bucket = new TokenBucket({
      ...{ bucketSize: answersPerMinute, tokensPerInterval: answersPerMinute, interval: 'minute' },
    });
    bucket.content = answersPerMinute;
    this.#answers.set(id, bucket);
    return bucket;
  }
}

function rooms(codes: ReadonlyMap<LegId, string>): string {
  return [...codes.keys()].join(', ');
}
