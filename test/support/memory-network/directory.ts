import { Readable } from 'node:stream';
import type { Address } from '../../../src/gateway/address.js';
import type { Profile, SearchHit } from '../../../src/gateway/contact.js';
import type { Form, FormValues } from '../../../src/gateway/form.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { PeopleFacet, SearchFacet } from '../../../src/gateway/session.js';
import { refusal } from './rooms.js';
import { contactOf } from './world.js';

const FORM: Form = {
  title: { key: 'memory-search' },
  fields: [
    { name: 'who', legacy: 'nick', type: 'text', label: { key: 'memory-nick' } },
    { name: 'city', type: 'text', label: { key: 'memory-city' } },
  ],
};

/** Profiles and pictures of people, and a search for them, obeying the test's script. */
export class MemoryDirectory {
  /** What was asked, one line each: `profile bob`, `avatar bob a1`, `find who=bob`. */
  readonly asked: string[] = [];
  readonly #profiles = new Map<ContactId, Profile>();
  readonly #pictures = new Map<string, Buffer>();

  /** Somebody's profile. */
  know(nick: string, profile: Profile): void {
    this.#profiles.set(contactOf(nick), profile);
  }

  /** The picture behind an id. */
  paint(avatar: string, bytes: Buffer): void {
    this.#pictures.set(avatar, bytes);
  }

  /** What was asked since the last call. */
  take(): string[] {
    return this.asked.splice(0);
  }

  people(describe: PeopleFacet['describe']): PeopleFacet {
    return {
      describe,
      profile: async (contact) => {
        this.asked.push(`profile ${contact}`);
        return this.#profiles.get(contact);
      },
      avatar: async (contact, avatar) => {
        this.asked.push(`avatar ${contact} ${avatar}`);
        if (avatar === 'secret') throw refusal('forbidden');
        const bytes = this.#pictures.get(avatar);
        return bytes && Readable.from([bytes], { objectMode: false });
      },
    };
  }

  /** `@name` is whose profile has that nick. */
  async resolve(input: string): Promise<Address | undefined> {
    this.asked.push(`resolve ${input}`);
    if (input === '@secret') throw refusal('forbidden');
    const found = [...this.#profiles].find(([, { nick }]) => `@${nick}` === input);
    return found && { kind: 'contact', id: found[0] };
  }

  search(): SearchFacet {
    return { form: FORM, find: async (values) => this.#find(values) };
  }

  /** More than was asked for, as a careless network might. */
  #find({ who = '', city = '' }: FormValues): readonly SearchHit[] {
    this.asked.push(`find who=${who} city=${city}`);
    if (who === 'forbidden') throw refusal('forbidden');
    return [...this.#profiles].flatMap(([contact, { name = contact, note }]) =>
      contact.startsWith(who) && (note ?? '').includes(city)
        ? [{ contact, name, ...(note !== undefined && { detail: note }) }]
        : [],
    );
  }
}
