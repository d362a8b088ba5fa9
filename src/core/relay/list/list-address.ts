import type { LegId } from '../model.js';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const LOCAL = /^([a-z0-9][a-z0-9._-]{0,63})%([^%@/]{1,255})$/;
/** `list:family`, as people type it. */
const TYPED = /^(?:list|список)[:\s]\s*(\S+)$/iu;

/** A list of people of one network. */
export interface ListAddress {
  readonly name: string;
  /** Domain of the network. */
  readonly network: string;
}

/** `family%sms.example.org@relay.example.org`: below the relays' own domain, since no network has such a room. */
export function listId({ name, network }: ListAddress, own: string): LegId {
  return `${name}%${network}@${own}`;
}

/** Reads the local part of a list's address. Pure. */
export function readList(local: string): ListAddress | undefined {
  const [, name, network] = LOCAL.exec(local) ?? [];
  return name === undefined || network === undefined ? undefined : { name, network };
}

/** The name of a list, where that is what was typed. Pure. */
export function typedList(text: string): string | undefined {
  const name = TYPED.exec(text.trim())?.[1]?.toLowerCase();
  return name !== undefined && NAME.test(name) ? name : undefined;
}
