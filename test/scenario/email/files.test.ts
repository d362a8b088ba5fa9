import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type EmailStage, emailStage, HOUSE, jidOf, registerMailbox, write } from './stage.js';

const carol = jidOf(`carol@${HOUSE}`);

describe('files of mails', () => {
  let stage: EmailStage;
  let alice: XmppClient;
  let picture: Buffer;

  beforeAll(async () => {
    stage = await emailStage({ upload: true, options: {} });
    alice = await stage.user('alice');
    await registerMailbox(alice, 'alice');
    picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'navy' } })
      .png()
      .toBuffer();
  });

  it('G01 G02 G04 lie on the server of the user, with the words beside them, and go out from links', async () => {
    const body = [
      '--b\nContent-Type: text/plain\n\nlook\n',
      '--b\nContent-Type: image/png; name="sea.png"\nContent-Disposition: attachment; filename="sea.png"\n',
      `Content-Transfer-Encoding: base64\n\n${picture.toString('base64')}\n--b--`,
    ].join('');
    const headers = { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=b' };
    await stage.mailTo('alice', { headers, body });
    await alice.waitFor({ name: 'message', from: carol, body: 'look' }, 'the words');
    const message = await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the file');
    const url = message.getChildText('body') ?? '';
    expect(message.getChild('x', 'jabber:x:oob')?.getChildText('url')).toBe(url);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(picture)).toBe(true);
    await write(alice, carol, url, `<x xmlns='jabber:x:oob'><url>${url}</url></x>`);
    const mail = await stage.mailOf('carol', ({ attachments }) => attachments.length > 0);
    const [file] = mail.attachments;
    expect(file).toMatchObject({ mimeType: 'image/png' });
    expect(Buffer.from(file?.content as ArrayBuffer).equals(picture)).toBe(true);
  });

  it('G06 a picture in the header is the sender’s', async () => {
    await stage.mailTo('alice', { headers: { Face: picture.toString('base64') }, body: 'my face' });
    await alice.waitFor({ name: 'message', from: carol, body: 'my face' }, 'the mail');
    const card = (await alice.iq('get', carol, "<vCard xmlns='vcard-temp'/>")).getChild(
      'vCard',
      'vcard-temp',
    );
    expect(card?.getChildText('FN')).toBe('Carol');
    const photo = Buffer.from(card?.getChild('PHOTO')?.getChildText('BINVAL') ?? '', 'base64');
    expect((await sharp(photo).metadata()).width).toBe(60);
  });
});
