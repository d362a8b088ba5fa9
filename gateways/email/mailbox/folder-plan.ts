import type { ListResponse } from 'imapflow';
import type { MailOrigin } from '../mail/origin.js';

/** A folder that is watched. */
export type WatchedFolder = NonNullable<MailOrigin['folder']>;

/** Which folders of a mailbox are watched. */
export interface FolderPlan {
  /** The inbox first. */
  readonly folders: readonly WatchedFolder[];
  /** Where copies of sent mails go; undefined where there is no such folder yet. */
  readonly sent?: string;
  /** Wished for, but not there. */
  readonly unknown: readonly string[];
}

/** Folders that one user can have watched, besides the inbox and that of sent mails. */
const MAX_FOLDERS = 20;

type Listed = Pick<ListResponse, 'path' | 'name' | 'flags' | 'specialUse'>;

/**
 * The inbox, the folder of sent mails (RFC 6154, else by its name), and what the user wishes for: by path, by name, or
 * by a label, which is a folder with the providers that have labels.
 */
export function planFolders(listed: readonly Listed[], wished: readonly string[]): FolderPlan {
  const there = listed.filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent'));
  const inbox = there.find(({ path }) => path.toUpperCase() === 'INBOX')?.path ?? 'INBOX';
  const sent = there.find(({ specialUse }) => specialUse === '\\Sent')?.path;
  const folders = new Map<string, WatchedFolder>([[inbox, { path: inbox, use: 'inbox' }]]);
  if (sent !== undefined && sent !== inbox) folders.set(sent, { path: sent, use: 'sent' });
  const unknown: string[] = [];
  for (const wish of wished.slice(0, MAX_FOLDERS)) {
    const found = there.find(({ path }) => path === wish) ?? there.find((folder) => isNamed(folder, wish));
    if (found === undefined) unknown.push(wish);
    else if (!folders.has(found.path)) {
      const use = found.specialUse === '\\Junk' ? 'junk' : 'other';
      folders.set(found.path, { path: found.path, use });
    }
  }
  return { folders: [...folders.values()], ...(sent !== undefined && { sent }), unknown };
}

function isNamed({ path, name }: Listed, wish: string): boolean {
  const lower = wish.trim().toLowerCase();
  return path.toLowerCase() === lower || name.toLowerCase() === lower;
}
