import type { Text } from '../../../src/gateway/text.js';
import type { Mailbox } from '../mail/mail-address.js';
import type { MailPart } from '../mail/parsed-mail.js';

/** A mailing list as a mail of it tells. */
export interface ListFacts {
  /** List-Id, lower case (RFC 2919 §2). */
  readonly id: string;
  readonly name?: string;
  /** Where mails to it go. */
  readonly post?: string;
}

/** What became of a mail of the user with one recipient (RFC 3464 §2.3). */
export interface Fate {
  readonly address: string;
  readonly action: 'failed' | 'delayed' | 'delivered';
  /** RFC 3463, such as `5.1.1`. */
  readonly status?: string;
  /** What the server said, on one line. */
  readonly reason: string;
}

/** A report, which is no mail to be read. */
export type Report =
  | { readonly kind: 'delivery'; readonly messageId: string | undefined; readonly fates: readonly Fate[] }
  | {
      readonly kind: 'displayed';
      readonly messageId: string;
      /** Further mails of which it tells the same. */
      readonly more: readonly string[];
    };

/** What chat mail says besides. */
export interface ChatFacts {
  /** Its program knows chat mail. */
  readonly compatible: boolean;
  readonly groupId?: string;
  readonly groupName?: string;
  readonly added?: string;
  readonly removed?: string;
  /** The author has taken his picture away. */
  readonly faceless: boolean;
}

/** A mail that changes an earlier message, by its Message-ID, rather than being one. */
export type Change =
  | { readonly kind: 'reaction'; readonly to: string; readonly emojis: readonly string[] }
  | { readonly kind: 'edit'; readonly to: string; readonly text: string }
  | { readonly kind: 'retraction'; readonly to: string };

/** What a mail says and what it is. */
export interface Reading {
  /** Who wrote it: of lists that put their own address into From, whom they name. */
  readonly author?: Mailbox;
  readonly text: string;
  readonly styled: boolean;
  /** All its text, where that is more than what is shown. */
  readonly whole?: string;
  /** The words that it answers. */
  readonly quote?: string;
  readonly subject: string;
  readonly files: readonly MailPart[];
  readonly remarks: readonly Text[];
  /** An answer of a program, or something it says on its own (RFC 3834 §5). */
  readonly automatic: boolean;
  readonly bulk: boolean;
  readonly list?: ListFacts;
  readonly report?: Report;
  readonly changes: readonly Change[];
  readonly chat?: ChatFacts;
  /** Its words are for a program that can decrypt them, or ask for such a one. */
  readonly encrypted: boolean;
  /** A small picture of the author. */
  readonly face?: Buffer;
  /** Who wants to know that it was read (RFC 8098 §2.1). */
  readonly receiptTo?: string;
  /** A page that takes the wish by POST (RFC 8058), and a `mailto:` link. */
  readonly unsubscribe?: { readonly post?: string; readonly mail?: string };
}
