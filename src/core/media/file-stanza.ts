import { NS } from '../../xmpp/namespace.js';
import { outOfBandElement } from '../../xmpp/xep/0066-out-of-band-data/out-of-band.js';
import {
  fileSharingElement,
  fileSharingFallback,
} from '../../xmpp/xep/0447-stateless-file-sharing/file-sharing.js';
import type { Translator } from '../translator.js';
import type { FileNotice, PublishedFile } from './media.js';

/** What is shown in the conversation; everything else is a file to be saved. */
const SHOWN = /^(?:image|video|audio)\//;

/** What goes into one message for one file. */
export interface FileStanzaParts {
  /** Exactly the address: clients show a file only where body and out-of-band address are equal (G01). */
  readonly body: string;
  /** The further children of the message, serialised. */
  readonly payload: string;
}

/** A file as a message of its own; words that came with it go into a message beside it (G01, G02). */
export function fileStanzaParts(file: PublishedFile): FileStanzaParts {
  const { url } = file;
  const disposition = SHOWN.test(file.mediaType) ? 'inline' : 'attachment';
  const children = [outOfBandElement(url), fileSharingElement(file, url, disposition), fileSharingFallback()];
  return { body: url, payload: children.map((child) => child.toString(NS.COMPONENT)).join('') };
}

/** In place of a file: what came, and why it cannot be shown (G03). */
export function fileNoticeBody(
  { text, reason }: FileNotice,
  translator: Translator,
  language: string,
): string {
  return `${translator.say(text, language)} ${translator.say(reason, language)}`;
}
