import { Resolver } from 'node:dns/promises';

/** Asks name servers, as `dns.resolve` does; rejects with `ENOTFOUND` or `ENODATA` for what is not there. */
export type Lookup = (name: string, type: string) => Promise<string[][] | string[]>;

/** Tries of one question. */
const TRIES = 2;

/** Questions to the machine's name servers, or to others. */
export function nameLookup(options: {
  readonly nameServers: readonly string[];
  readonly lookupMs: number;
}): Lookup {
  const resolver = new Resolver({ timeout: Math.ceil(options.lookupMs / TRIES), tries: TRIES });
  if (options.nameServers.length > 0) resolver.setServers(options.nameServers);
  return async (name, type) => (await resolver.resolve(name, type)) as string[][] | string[];
}

/** For one mail: as many questions as its sender may have us ask. More leave it undecided: that is no way to pass. */
export function boundedLookup(lookup: Lookup, most: number): Lookup {
  let asked = 0;
  return async (name, type) => {
    asked += 1;
    if (asked > most) throw Object.assign(new Error('too many questions'), { code: 'ESERVFAIL' });
    return lookup(name, type);
  };
}
