import type { AuthKey } from '../wire/message-key.js';
import type { Person } from './person.js';

/** An authorised client: one authorisation key of one account. */
export interface Authorisation {
  readonly hash: bigint;
  readonly person: Person;
  readonly key: AuthKey;
  /** UTC seconds. */
  readonly created: number;
  active: number;
  device: string;
  app: string;
  /** Key of the login that this one came from, if it only fetches files from another data centre. */
  files?: string;
}

/** Who is logged in where; counts its changes. */
export class Authorisations extends Map<string, Authorisation> {
  #version = 0;

  get version(): number {
    return this.#version;
  }

  override set(name: string, authorisation: Authorisation): this {
    this.#version += 1;
    return super.set(name, authorisation);
  }

  override delete(name: string): boolean {
    this.#version += 1;
    return super.delete(name);
  }
}
