import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawComponentPeer } from '../../client/raw-component-peer.js';

const HEADER = "<stream:stream xmlns='jabber:component:accept' to='irc.test'>";

describe('the raw component peer', () => {
  let peer: RawComponentPeer;

  beforeEach(async () => {
    peer = await RawComponentPeer.listen();
  });
  afterEach(() => peer.close());

  it('accepts the right digest and hands stanzas over', async () => {
    const component = connect(peer.port, peer.host);
    component.setEncoding('utf8').on('data', (text: string) => {
      const id = /id='([^']+)'/.exec(text)?.[1];
      if (id === undefined) return;
      const digest = createHash('sha1').update(`${id}secret`).digest('hex');
      component.write(`<handshake>${digest}</handshake><presence to='a'/>`);
    });
    component.write(HEADER);
    const connection = await peer.nextConnection();
    expect(await connection.acceptHandshake('secret')).toBe('irc.test');
    await connection.waitForText(/<presence to='a'\/>/);
    connection.drop();
    await connection.closed;
  });

  it('rejects a wrong digest', async () => {
    const component = connect(peer.port, peer.host);
    component.write(`${HEADER}<handshake>0000</handshake>`);
    const connection = await peer.nextConnection();
    await expect(connection.acceptHandshake('secret')).rejects.toThrow('handshake 0000');
    component.destroy();
  });
});
