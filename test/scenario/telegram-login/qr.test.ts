import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';
import { WAYS_TO_TALK } from '../../support/telegram/login-talk.js';

describe.each(WAYS_TO_TALK)('logging in to Telegram by a QR code (C21): %s', (way) => {
  let stage: LoginStage;
  afterEach(() => stage.stop());

  it('C21 shows it as link and in characters, and leads in once it was scanned', async () => {
    stage = await LoginStage.start(way);
    const alice = stage.gateway.server.person('Alice', { phone: PHONE, homeCentre: 2 });
    const talk = stage.talkOf();
    const shown = await talk.begin({ way: 'qr' });
    expect(shown.text).toMatch(/tg:\/\/login\?token=[\w-]{20,}/);
    expect(shown.text).toMatch(/[█▀▄]{20,}/u);
    const early = await talk.answer('qr');
    expect(early.text).toContain('The code has not been scanned yet.');
    expect(stage.registered()).toBe(false);
    alice.scans(stage.linkIn(shown));
    const end = await talk.goesOn();
    expect(end.text).toContain('logged in to Telegram as Alice');
    await stage.gateway.begun();
    expect(stage.gateway.store.row('romeo@example.org')?.settings).toMatchObject({ phone: PHONE });
  });

  it('C21 asks for the second factor after it', async () => {
    stage = await LoginStage.start(way);
    const alice = stage.gateway.server.person('Alice', { phone: PHONE, password: 'geheim' });
    const talk = stage.talkOf();
    alice.scans(stage.linkIn(await talk.begin({ way: 'qr' })));
    const asked = await talk.goesOn();
    expect(asked.text).toContain('two-step verification');
    expect((await talk.answer('password', 'geheim')).text).toContain('logged in to Telegram as Alice');
  });

  it('C21 shows another one when it is too old', async () => {
    stage = await LoginStage.start(way);
    const { server } = stage.gateway;
    const alice = server.person('Alice', { phone: PHONE });
    const talk = stage.talkOf();
    // So far in the past that the first one is too old when it comes.
    server.clockAhead = -60_000;
    const first = await talk.begin({ way: 'qr' });
    server.clockAhead = 0;
    const second = await talk.answer('qr');
    expect(second.text).toContain('That code was too old. Here is a new one.');
    expect(stage.linkIn(second)).not.toBe(stage.linkIn(first));
    expect(stage.linkIn(second)).not.toBe('');
    alice.scans(stage.linkIn(second));
    expect((await talk.goesOn()).text).toContain('logged in to Telegram as Alice');
  });
});

describe('the picture of a QR code', () => {
  it('C21 is a PNG in the form, by its content id and within the stanza', async () => {
    const stage = await LoginStage.start('ad-hoc command');
    const { stanza } = await stage.talkOf().begin({ way: 'qr' });
    const command = stanza.child('command', NS.COMMANDS);
    const field = command?.child('x', NS.DATA)?.child('field', NS.DATA);
    const uri = field?.child('media', NS.MEDIA_ELEMENT)?.child('uri', NS.MEDIA_ELEMENT);
    expect(uri?.attrs.type).toBe('image/png');
    const data = command?.child('data', NS.BOB);
    expect(uri?.text()).toBe(`cid:${data?.attrs.cid}`);
    const png = Buffer.from(data?.text() ?? '', 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeLessThan(2_048);
    const asked = await stage.gateway.iq('get', DOMAIN, `<data xmlns='${NS.BOB}' cid='${data?.attrs.cid}'/>`);
    expect(asked.child('data', NS.BOB)?.text()).toBe(data?.text());
    await stage.stop();
  });
});
