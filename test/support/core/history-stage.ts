import { DEFAULT_HISTORY, type HistoryOptions } from '../../../src/core/history/history-options.js';
import type { RoomMessage } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { MemoryPast } from '../memory-network/past.js';
import type { MemoryPost } from '../memory-network/post.js';
import type { MemoryStore } from '../memory-store.js';
import { type ArchiveAnswer, answerOf } from './archive-answer.js';
import { PersonalRoomStage } from './personal-room-stage.js';
import { ROMEO, type RoomStageOptions, TEA } from './room-stage.js';

/** The room that {@link TEA} is. */
export const TEA_ROOM = '#tea' as RoomId;

/** When the first message of a stage was said; each later one a second after the one before (UTC milliseconds). */
const LONG_AGO_MS = 86_400_000;

/** A user and a room that its network remembers. */
export class HistoryStage extends PersonalRoomStage {
  #time = Date.now() - LONG_AGO_MS;

  constructor(
    readonly past: MemoryPast,
    history: Partial<HistoryOptions> = {},
    options: RoomStageOptions & { readonly post?: MemoryPost; readonly store?: MemoryStore } = {},
  ) {
    super({
      ...options,
      domain: { history: { ...DEFAULT_HISTORY, ...history }, ...options.domain },
      network: { ...options.network, past },
    });
  }

  static async open(history: Partial<HistoryOptions> = {}): Promise<HistoryStage> {
    const stage = new HistoryStage(new MemoryPast(), history);
    await stage.register(ROMEO);
    return stage;
  }

  /** People say these; nobody is told of them. */
  were(...texts: readonly string[]): readonly RoomMessage[] {
    return texts.map((text) => this.past.say(TEA_ROOM, text, this.tick()));
  }

  /** Somebody says these, and the network tells of it. */
  async told(...texts: readonly string[]): Promise<void> {
    for (const message of this.were(...texts)) await this.brings(message.text, message);
  }

  tick(ms = 1_000): number {
    this.#time += ms;
    return this.#time;
  }

  /** A query with these fields and this paging (XEP-0313 §4, XEP-0059). */
  async query(
    fields: Readonly<Record<string, string>> = {},
    set = '',
    { user = ROMEO, room = TEA } = {},
  ): Promise<ArchiveAnswer> {
    const all = Object.entries({ FORM_TYPE: NS.MAM, ...fields });
    const form = all.map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`).join('');
    const x = `<x xmlns='${NS.DATA}' type='submit'>${form}</x>`;
    const rsm = set === '' ? '' : `<set xmlns='${NS.RSM}'>${set}</set>`;
    return answerOf(await this.ask('set', user, room, `<query xmlns='${NS.MAM}'>${x}${rsm}</query>`));
  }

  /** The last page before an id, or of all. */
  back(before = '', max = 10): Promise<ArchiveAnswer> {
    return this.query({}, `<max>${max}</max><before>${before}</before>`);
  }

  /** The next page after an id. */
  on(after: string, max = 10): Promise<ArchiveAnswer> {
    return this.query({}, `<max>${max}</max><after>${after}</after>`);
  }

  /** All that there is, read backwards page by page, oldest first. */
  async everything(max = 10): Promise<ArchiveAnswer> {
    let all = await this.back('', max);
    while (!all.complete) {
      const page = await this.back(all.ids[0], max);
      if (page.ids.length === 0 && !page.complete) throw new Error('the archive does not end');
      all = {
        bodies: [...page.bodies, ...all.bodies],
        ids: [...page.ids, ...all.ids],
        times: [...page.times, ...all.times],
        complete: page.complete,
      };
    }
    return all;
  }
}
