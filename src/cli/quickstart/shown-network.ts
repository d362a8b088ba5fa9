import type { Children } from './children.js';
import type { ComponentEntry } from './servers.js';
import type { QuickstartState } from './state.js';
import type { Transcript } from './transcript.js';

/** The gateway's part in it. */
export interface ShownComponent extends ComponentEntry {
  readonly network: string;
  /** As in the configuration. */
  readonly options: unknown;
}

/** What a network has to work with. */
export interface ShownTools {
  /** Of the quick start. */
  readonly folder: string;
  readonly state: QuickstartState;
  readonly children: Children;
  readonly transcript: Transcript;
}

/** A network that the quick start shows besides IRC: made, started, told, explained, and tidied up. */
export interface ShownNetwork {
  readonly component: ShownComponent;
  /** Starts its servers, before the gateway. Rejects with what was wrong. */
  start(): Promise<void>;
  /** Shows it at work, live. The first failure rejects. */
  tell(): Promise<void>;
  /** What to try by oneself. */
  howTo(): string;
  /** Everything stays up now; `print` shows lines of it on the terminal. */
  stay?(print: (line: string) => void): void;
  /** Its servers have ended. */
  clear?(): void;
}
