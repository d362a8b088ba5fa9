import { describe, expect, it } from 'vitest';
import {
  chatHeaders,
  editedText,
  readChatMail,
  readReaction,
} from '../../../../gateways/email/content/chat-mail.js';
import { contentOptions } from '../../../../gateways/email/content/options.js';
import { readContent } from '../../../../gateways/email/content/read-content.js';
import { shownSubject } from '../../../../gateways/email/content/subject.js';
import { partsMail, textMail } from '../../../support/email/read-mail.js';

const CHAT = { 'Chat-Version': '1.0' };
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(3_000, 7)]);

describe('chat mail', () => {
  it('is told by its version; its subject says nothing', async () => {
    expect(readChatMail(await textMail('x'))).toBeUndefined();
    const mail = await textMail('x', { ...CHAT, Subject: 'Message from Alice' });
    expect(readChatMail(mail)).toEqual({ compatible: true, wantsKeys: false, prefersEncryption: false });
    expect(shownSubject(mail)).toBe('');
  });

  it('has groups, whose members and names change', async () => {
    const group = { 'Chat-Group-ID': '12345uvwxyZ', 'Chat-Group-Name': 'Our =?utf-8?Q?Gr=C3=BCppe?=' };
    const mail = await textMail('x', {
      ...{ ...CHAT, ...group },
      'Chat-Group-Name-Changed': 'My Group',
      'Chat-Group-Member-Added': 'Carol@Example.org',
      'Chat-Group-Avatar': '0',
    });
    expect(readChatMail(mail)?.group).toEqual({
      id: '12345uvwxyZ',
      name: 'Our Grüppe',
      nameBefore: 'My Group',
      added: 'carol@example.org',
      avatar: 'none',
    });
    expect(
      readChatMail(await textMail('x', { ...CHAT, 'Chat-Group-ID': 'too short' }))?.group,
    ).toBeUndefined();
  });

  it('is of its group also when another program answers it', async () => {
    const mail = await textMail('x', { 'In-Reply-To': '<Gr.12345uvwxyZ.0001@example.org>' });
    expect(readChatMail(mail)?.group).toEqual({ id: '12345uvwxyZ' });
  });

  it('brings pictures, of the group as a file and of the sender in a header of any part', async () => {
    const mail = await partsMail(
      {
        type: 'multipart/mixed',
        body: [
          {
            type: 'text/plain',
            headers: {
              'Chat-User-Avatar': `base64:${JPEG.toString('base64')
                .match(/.{1,70}/g)
                ?.join('\n ')}`,
            },
            body: 'new',
          },
          {
            type: 'image/jpeg',
            headers: { 'Content-Disposition': 'attachment; filename="image.jpg"' },
            body: 'x',
          },
        ],
      },
      { ...CHAT, 'Chat-Group-ID': '12345uvwxyZ', 'Chat-Group-Avatar': 'image.jpg' },
    );
    const chat = readChatMail(mail);
    expect(chat?.picture).toMatchObject({ type: 'image/jpeg', bytes: JPEG });
    expect(chat?.group?.avatar).toMatchObject({ fileName: 'image.jpg' });
    expect(readContent(mail, contentOptions.parse({})).avatar?.type).toBe('image/jpeg');
    expect(readChatMail(await textMail('x', { ...CHAT, 'Chat-User-Avatar': '0' }))?.picture).toBe('none');
  });

  it('asks for receipts to the sender only', async () => {
    const asked = async (to: string): Promise<string | undefined> =>
      readChatMail(await textMail('x', { ...CHAT, 'Chat-Disposition-Notification-To': to }))?.receiptTo;
    expect(await asked('Alice <alice@example.org>')).toBe('alice@example.org');
    expect(await asked('victim@example.com')).toBeUndefined();
  });

  it('has voice, stickers, durations, edits and retractions', async () => {
    const read = async (headers: Record<string, string>): Promise<unknown> =>
      readChatMail(await textMail('x', { ...CHAT, ...headers }));
    expect(await read({ 'Chat-Voice-Message': '1', 'Chat-Duration': '10000' })).toMatchObject({
      content: 'voice',
      duration: 10_000,
    });
    expect(await read({ 'Chat-Content': 'sticker' })).toMatchObject({ content: 'sticker' });
    expect(await read({ 'Chat-Edit': '00001@domain' })).toMatchObject({ edits: '00001@domain' });
    expect(await read({ 'Chat-Delete': '<1@d> <2@d>' })).toMatchObject({ deletes: ['1@d', '2@d'] });
    expect(editedText('On 2025-03-27, a wrote:\n> Hello wordl!\n\n✏️Hello world!')).toBe('Hello world!');
  });

  it('that wants encryption is known', async () => {
    const read = async (headers: Record<string, string>): Promise<unknown> =>
      readChatMail(await textMail('x', { ...CHAT, ...headers }));
    expect(await read({ 'Secure-Join': 'vc-request' })).toMatchObject({ wantsKeys: true });
    expect(await read({ Autocrypt: 'addr=a@b.org; prefer-encrypt=mutual; keydata=xjME' })).toMatchObject({
      prefersEncryption: true,
    });
  });

  it('is written so that it is read again', async () => {
    const headers = chatHeaders({
      group: { id: '12345uvwxyZ', name: 'Ours\r\nBcc: x', removed: 'carol@example.org' },
      picture: JPEG,
      receiptTo: 'alice@example.org',
      voice: true,
      duration: 1_234.4,
      edits: '1@example.org',
    });
    const mail = await textMail('x', headers);
    expect(mail.headers.first('bcc')).toBeUndefined();
    expect(readChatMail(mail)).toEqual({
      compatible: true,
      group: { id: '12345uvwxyZ', name: 'Ours Bcc: x', removed: 'carol@example.org' },
      picture: { type: 'image/jpeg', bytes: JPEG },
      receiptTo: 'alice@example.org',
      content: 'voice',
      duration: 1_234,
      edits: '1@example.org',
      wantsKeys: false,
      prefersEncryption: false,
    });
  });
});

describe('reactions by mail', () => {
  it('are read, and taken back', async () => {
    const reaction = (body: string): Promise<unknown> =>
      partsMail(
        { type: 'text/plain; charset=utf-8', headers: { 'Content-Disposition': 'reaction' }, body },
        { 'In-Reply-To': '<1@example.net>' },
      ).then(readReaction);
    expect(await reaction('👍 🎉 👍\n')).toEqual({ to: '1@example.net', emojis: ['👍', '🎉'] });
    expect(await reaction('\n')).toEqual({ to: '1@example.net', emojis: [] });
    expect(readReaction(await textMail('👍'))).toBeUndefined();
  });
});
