import { createHash } from 'node:crypto';

/** Marks our files among those of others in the folders of gammu-smsd. */
const MARK = 'isthmus';

/** The id of a message: the same over every try, fit for a file name. */
export function messageId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/**
 * Name of a file in the outbox, `OUT<priority><date>_<time>_<serial>_<recipient>_<note>.txt` (Gammu manual, "Files
 * backend"): sent in the order of the names, so `stamp` (UTC milliseconds) must be another one for each. At most 99
 * characters: gammu-smsd up to 1.42 copies the name into a buffer of that size.
 */
export function outboxName(stamp: number, recipient: string, id: string): string {
  const [, date = '', time = '', serial = ''] =
    /^(.+)T(.+)\.(\d+)Z$/.exec(new Date(stamp).toISOString().replace(/[-:]/g, '')) ?? [];
  return `OUTC${date}_${time}_${serial}_${recipient}_${MARK}${id}.txt`;
}

/** The message that a file of ours is; undefined for files of others. */
export function idOfName(name: string): string | undefined {
  return /^OUTC\d{8}_\d{6}_\d+_\+?\d+_isthmus([0-9a-f]{32})\.txt$/.exec(name)?.[1];
}

/** A file in the inbox, `IN<date>_<time>_<serial>_<sender>_<sequence>.<ext>`. */
export interface InboxName {
  readonly name: string;
  /** The same for all files of one message. */
  readonly message: string;
  /** Date and time of the message as its centre wrote them. */
  readonly stamp: string;
  readonly sender: string;
  readonly sequence: number;
  /** Not text: a ringtone, a logo, the announcement of an MMS. */
  readonly binary: boolean;
}

/** Undefined for what gammu-smsd does not write. */
export function parseInboxName(name: string): InboxName | undefined {
  const match = /^(IN(\d{8}_\d{6})_\d{2,}_(.*))_(\d{2,3})\.(txt|bin|smsbackup)$/.exec(name);
  if (!match) return undefined;
  const [, message = '', stamp = '', sender = '', sequence = '', extension] = match;
  return {
    name,
    message,
    stamp,
    // Gammu writes X for *, in the names of services such as *100#; in words an X is an X.
    sender: /^[+0-9X#]+$/.test(sender) ? sender.replaceAll('X', '*') : sender,
    sequence: Number(sequence),
    binary: extension === 'bin',
  };
}
