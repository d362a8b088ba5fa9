import { Readable } from 'node:stream';
import MimeNode from 'nodemailer/lib/mime-node';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Draft } from '../mail/draft.js';
import { type Mailbox, mailAddress } from '../mail/mail-address.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { Spool } from '../mail/spool.js';
import { flowedText, plainText } from './flowed-text.js';
import {
  boundedReferences,
  displayName,
  extraValue,
  fileName,
  isExtraHeader,
  isMessageId,
  MAX_SUBJECT,
  mediaType,
  oneLine,
  unstructured,
} from './header-value.js';
import { styledHtml } from './styling-html.js';

/** RFC 3676 §4: lines that end with a space go on in the next one. */
const TEXT_TYPE = 'text/plain; charset=utf-8; format=flowed; delsp=no';
const HTML_TYPE = 'text/html; charset=utf-8';

/**
 * Writes a mail into the spool, reading attachments as it goes. Nothing in a draft can become a header, or a line of one
 * (F26): subject, names, file names and values of extra headers lose their controls; headers that are not to be given
 * from outside and ids that are none are left out.
 * @throws {GatewayError} `bad-address` for an address that is not in its one form; what the spool or an attachment
 *   throws; `network-unreachable`, retryable, when a file breaks off
 * @throws {TypeError} when the Message-ID is none
 */
export async function composeMail(draft: Draft, spool: Spool): Promise<RawMail> {
  if (!isMessageId(draft.messageId)) throw new TypeError('not a Message-ID');
  const root = bodyOf(draft);
  setHeaders(root, draft);
  try {
    return await spool.receive(root.createReadStream());
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    // A file that broke off, or the disk: nothing has been sent.
    throw new GatewayError('network-unreachable', { key: 'email-compose-failed' }, 'not-sent', true);
  }
}

function setHeaders(root: MimeNode, draft: Draft): void {
  const { from, to, cc = [], subject, messageId, inReplyTo, references = [], date, automatic } = draft;
  root.setHeader('Date', new Date(date));
  root.setHeader('Message-ID', `<${messageId}>`);
  root.setHeader('From', [header(from)]);
  if (to.length > 0) root.setHeader('To', to.map(header));
  if (cc.length > 0) root.setHeader('Cc', cc.map(header));
  root.setHeader('Subject', unstructured(oneLine(subject, MAX_SUBJECT)));
  const ancestor = inReplyTo !== undefined && isMessageId(inReplyTo) ? inReplyTo : undefined;
  if (ancestor !== undefined) root.setHeader('In-Reply-To', `<${ancestor}>`);
  const ancestors = boundedReferences([...references, ...(ancestor === undefined ? [] : [ancestor])]);
  if (ancestors.length > 0)
    root.setHeader(
      'References',
      ancestors.map((id) => `<${id}>`),
    );
  // RFC 3834 §5: an answer of a program, or something it says on its own.
  if (automatic === true)
    root.setHeader('Auto-Submitted', ancestor === undefined ? 'auto-generated' : 'auto-replied');
  for (const [name, value] of Object.entries(draft.headers ?? {}))
    if (isExtraHeader(name)) root.setHeader(name, extraValue(value));
}

function header({ address, name }: Mailbox): { name: string; address: string } {
  if (mailAddress(address) !== address) throw new GatewayError('bad-address', { key: 'email-bad-address' });
  return { name: displayName(name), address };
}

/** The tree: text, beside it HTML where the user wants that, attachments after both. */
function bodyOf(draft: Draft): MimeNode {
  const { attachments, html = false, unstyled = false } = draft;
  const text = plainText(draft.text);
  const leaves = [leaf(TEXT_TYPE, flowedText(text, !unstyled))];
  if (html && !unstyled) leaves.push(leaf(HTML_TYPE, styledHtml(text)));
  if (attachments.length === 0) return branch('multipart/alternative', leaves);
  const files = attachments.map(({ name, mediaType: type, open }) => {
    const file = new MimeNode(mediaType(type), { filename: fileName(name) });
    file.setHeader('Content-Disposition', 'attachment');
    file.setHeader('Content-Transfer-Encoding', 'base64');
    return file.setContent(lazily(open));
  });
  return branch(
    'multipart/mixed',
    [...(text === '' ? [] : [branch('multipart/alternative', leaves)]), ...files],
    true,
  );
}

function leaf(type: string, content: string): MimeNode {
  return new MimeNode(type).setContent(content);
}

/** Nodes together; one alone stays alone unless it has to be a part. */
function branch(type: string, nodes: readonly MimeNode[], always = false): MimeNode {
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1 && !always) return only;
  const parent = new MimeNode(type);
  for (const node of nodes) adopt(parent, node);
  return parent;
}

/** Whole trees too: nodes know the root that their boundaries are numbered by. */
function adopt(parent: MimeNode, node: MimeNode): void {
  const children = [...node.childNodes];
  parent.appendChild(node);
  for (const child of children) adopt(node, child);
}

/** Opened when it is read, so that attachments are open one after the other. */
function lazily(open: () => Promise<Readable>): Readable {
  return Readable.from(
    (async function* () {
      yield* await open();
    })(),
    { objectMode: false },
  );
}
