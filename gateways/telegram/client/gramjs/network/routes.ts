import type { TgProxy } from '../../options.js';
import type { Addresses } from './addresses.js';
import type { Target } from './dial.js';

/** A way to a data centre that is to be tried. */
export interface Route {
  readonly way: TgProxy;
  readonly target: Target;
  /** It has led there. */
  worked(): void;
}

/** The ways of one account: those that worked last come first. */
export class Routes {
  readonly #ways: readonly TgProxy[];
  #way = 0;
  readonly #address = new Map<number, number>();

  /** @param proxies none: the direct way */
  constructor(
    proxies: readonly TgProxy[],
    private readonly addresses: Addresses,
  ) {
    this.#ways = proxies.length > 0 ? proxies : [{ kind: 'direct' }];
  }

  /** The way for a try: every proxy has its turn before the next address has. Undefined: no such data centre. */
  next(centre: number, tries: number): Route | undefined {
    const endpoints = this.addresses.of(centre);
    const way = (this.#way + tries) % this.#ways.length;
    const address =
      ((this.#address.get(centre) ?? 0) + Math.floor(tries / this.#ways.length)) %
      Math.max(1, endpoints.length);
    const [chosen, target] = [this.#ways[way], endpoints[address]];
    if (!chosen || !target) return undefined;
    return {
      way: chosen,
      target,
      worked: () => {
        this.#way = way;
        this.#address.set(centre, address);
      },
    };
  }
}
