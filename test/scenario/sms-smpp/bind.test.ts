import { beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, createCertificate } from '../../servers/certificate.js';
import { createWorkspace } from '../../servers/process.js';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import { message, Stage } from './stage.js';

describe('SMPP binds', () => {
  it('binds as a transceiver with what the operator has set', async () => {
    await using stage = await Stage.bound({ systemType: 'SMS', addressRange: '^1555', addressTon: 1 });
    const { request, role } = stage.bind;
    expect(role).toBe('transceiver');
    expect(request).toMatchObject({ interface_version: 0x34, system_type: 'SMS', addr_ton: 1 });
    expect(request).toMatchObject({ system_id: 'isthmus', address_range: '^1555' });
  });

  it('sends over the transmitter of a pair and receives over its receiver', async () => {
    await using stage = await Stage.set({ bind: 'pair' });
    const { carrier, heard } = stage.carrier();
    const [transmitter, receiver] = await Promise.all([
      stage.centre.bind('transmitter'),
      stage.centre.bind('receiver'),
    ]);
    await heard.reaches('connected');
    await carrier.send(message('out'));
    expect((await stage.centre.submit()).bind).toBe(transmitter);
    await receiver.text({ text: 'in' });
    expect(await heard.nextMessage()).toMatchObject({ text: 'in' });
  });

  it('S18 tells a refused password from a centre that is away, and says no secret', async () => {
    await using stage = await Stage.set({ password: 'wrong-one' });
    const { heard } = stage.carrier();
    expect(await heard.reaches('refused')).toMatchObject({ reason: expect.stringContaining('RINVPASWD') });
    expect(stage.log.lines.join()).toContain('RINVPASWD');
    expect(stage.log.lines.join()).not.toContain('wrong-one');
  });

  it('S18 asks again, after the long delay, once the centre has refused', async () => {
    const reconnect = { initialMs: 600_000, maxMs: 600_000, refusedMs: 20 };
    await using stage = await Stage.set({ reconnect });
    stage.centre.answerBinds(centreStatus.invalidPassword);
    const { heard } = stage.carrier();
    await heard.reaches('refused');
    await heard.reaches('connected');
  });

  it('a refused bind need not be a refused account: the centre may hold an earlier one for alive', async () => {
    const reconnect = { initialMs: 600_000, maxMs: 600_000, refusedMs: 20 };
    await using stage = await Stage.set({ reconnect });
    stage.centre.answerBinds(centreStatus.bindFailed);
    const { heard } = stage.carrier();
    await heard.reaches('unreachable');
    await heard.reaches('connected');
  });

  it('tries again soon when the bind fails for the moment', async () => {
    await using stage = await Stage.set();
    stage.centre.answerBinds(centreStatus.temporaryError);
    const { heard } = stage.carrier();
    expect(await heard.reaches('unreachable')).toMatchObject({
      reason: expect.stringContaining('0x00000064'),
    });
    await heard.reaches('connected');
  });

  it('binds anew when the connection breaks', async () => {
    await using stage = await Stage.bound();
    stage.bind.drop();
    await stage.heard.reaches('unreachable');
    await stage.centre.bind();
    await stage.heard.reaches('connected');
    await stage.carrier.send(message('after'));
  });

  it('answers unbind and binds anew', async () => {
    await using stage = await Stage.bound();
    expect((await stage.bind.ask('unbind'))?.command).toBe('unbind_resp');
    await stage.bind.closed;
    await stage.centre.bind();
  });

  it('answers enquire_link', async () => {
    await using stage = await Stage.bound();
    expect((await stage.bind.ask('enquire_link'))?.command).toBe('enquire_link_resp');
  });

  it('gives up a centre that gives no sign of life', async () => {
    const timeouts = { enquireAfterMs: 30, enquireMs: 30 };
    await using stage = await Stage.bound({ timeouts });
    stage.bind.silence();
    expect(await stage.heard.reaches('unreachable')).toMatchObject({
      reason: expect.stringContaining('no sign of life'),
    });
    await stage.bind.closed;
  });

  it('waits at the end for what is under way, and unbinds', async () => {
    await using stage = await Stage.bound();
    const unbound = new Promise((resolve) => stage.bind.session.once('unbind', resolve));
    stage.centre.answerNext('hold');
    const sending = stage.carrier.send(message('last words'));
    const submit = await stage.centre.submit();
    const stopped = stage.carrier.stop();
    submit.answer();
    expect(await sending).toEqual({ ids: ['id-1'] });
    await unbound;
    await stopped;
    await stage.heard.reaches('idle');
  });
});

describe('SMPP over TLS', () => {
  let certificate: Certificate;
  beforeAll(async () => {
    certificate = await createCertificate(createWorkspace('smpp-tls'));
  });

  it('S20 trusts the authority that the operator names', async () => {
    await using stage = await Stage.bound({ tls: true, caFile: certificate.certPath }, { certificate });
    await stage.carrier.send(message('secretly'));
    expect(await stage.centre.submit()).toMatchObject({ text: 'secretly' });
  });

  it('S20 refuses a certificate that nobody vouches for, and sends nothing', async () => {
    await using stage = await Stage.set({ tls: true }, { certificate });
    const { heard } = stage.carrier();
    expect(await heard.reaches('unreachable')).toMatchObject({
      reason: expect.stringMatching(/certificate/),
    });
    await heard.reaches('unreachable');
    expect(heard.states.all.map(({ state }) => state)).not.toContain('connected');
  });

  it('S20 does not fall back to plain text', async () => {
    // A centre without TLS makes nothing of the greeting and waits for more.
    await using stage = await Stage.set({ tls: true, timeouts: { dialMs: 50 } });
    const { heard } = stage.carrier();
    await heard.reaches('unreachable');
    await heard.reaches('unreachable');
    expect(heard.states.all.map(({ state }) => state)).not.toContain('connected');
  });
});
