import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createTransport } from 'nodemailer';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { LOOPBACK } from '../../servers/process.js';

/** Mail that arrived at the other end. */
interface Arrived {
  readonly session: SMTPServerSession;
  readonly mail: string;
}

/** An SMTP server that has one mailbox, `there`. */
class OtherEnd {
  readonly #arrived: Arrived[] = [];
  #told = (): void => undefined;
  readonly server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    useXForward: true,
    onRcptTo({ address }, _session, done) {
      const there = address.startsWith('there@') || address.startsWith('sender@');
      done(there ? null : Object.assign(new Error('nobody by that name'), { responseCode: 550 }));
    },
    onData: (stream, session, done) => {
      void text(stream).then((mail) => {
        this.#arrived.push({ session: { ...session, xForward: new Map(session.xForward) }, mail });
        this.#told();
        done();
      });
    },
  });

  listen(): Promise<number> {
    return new Promise((resolve) => {
      const server = this.server.listen(0, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
    });
  }

  async mail(pattern: RegExp): Promise<Arrived> {
    for (;;) {
      const found = this.#arrived.find(({ mail }) => pattern.test(mail));
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }
}

describe('Postfix as a mail exchanger and as a smarthost', () => {
  const gateway = new OtherEnd();
  let postfix: Postfix;
  const send = (port: number, to: string, subject: string) =>
    createTransport({
      host: LOOPBACK,
      port,
      name: 'client.example.test',
      tls: { ca: readFileSync(postfix.certificate.certPath), servername: 'localhost' },
    }).sendMail({
      envelope: {
        from: 'sender@gateway.example.test',
        to,
        dsn: { id: 'ours', return: 'headers', notify: 'success,failure' },
      },
      from: 'sender@gateway.example.test',
      to,
      subject,
      text: 'hello',
    } as never);

  beforeAll(async () => {
    const port = await gateway.listen();
    postfix = await startPostfix({
      gateway: { domain: 'gateway.example.test', port },
      routes: { 'elsewhere.example.test': port },
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    gateway.server.close();
  });

  it('takes mail for whom the gateway knows, and tells it whose mail that is', async () => {
    await send(postfix.port, 'there@gateway.example.test', 'to the gateway');
    const { session } = await gateway.mail(/^Subject: to the gateway/m);
    expect(Object.fromEntries(session.xForward)).toMatchObject({
      ADDR: LOOPBACK,
      HELO: 'client.example.test',
    });
    await expect(send(postfix.port, 'nobody@gateway.example.test', 'to nobody')).rejects.toMatchObject({
      responseCode: 550,
    });
    await expect(send(postfix.port, 'there@elsewhere.example.test', 'on')).rejects.toThrow(
      /Relay access denied/,
    );
    expect(await postfix.queue()).toEqual([]);
  });

  it('reports back what it could not deliver, and what it could', async () => {
    await send(postfix.relayPort, 'nobody@elsewhere.example.test', 'out to nobody');
    const { mail: failure } = await gateway.mail(/^Action: failed/m);
    expect(failure).toMatch(/^Original-Envelope-Id: ours/m);
    expect(failure).toMatch(/^Diagnostic-Code: smtp; 550/m);
    await send(postfix.relayPort, 'there@elsewhere.example.test', 'out');
    expect((await gateway.mail(/^Action: (relayed|delivered)/m)).mail).toMatch(/^Status: 2\./m);
  });
});
