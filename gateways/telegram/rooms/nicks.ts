import type { PeerId } from '../client/model.js';

/**
 * How people of one room are called: by the names they have given themselves, each name once. Who comes later under a
 * name that is taken has his number behind it: it is always the same, however they come in.
 */
export class Nicks {
  readonly #of = new Map<PeerId, string>();
  readonly #who = new Map<string, PeerId>();

  /** The nick of somebody who is called so. */
  give(person: PeerId, name: string): string {
    let nick = name;
    for (let who = this.who(nick); who !== undefined && who !== person; who = this.who(nick))
      nick = `${nick} (${person})`;
    if (nick === this.#of.get(person)) return nick;
    this.forget(person);
    this.#of.set(person, nick);
    this.#who.set(keyOf(nick), person);
    return nick;
  }

  forget(person: PeerId): void {
    const nick = this.#of.get(person);
    if (nick === undefined) return;
    this.#of.delete(person);
    this.#who.delete(keyOf(nick));
  }

  /** Who has that nick, however it is written. */
  who(nick: string): PeerId | undefined {
    return this.#who.get(keyOf(nick));
  }
}

/** As XMPP servers compare resources, and as people write names: capitals make no difference (RFC 7613 §3). */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
