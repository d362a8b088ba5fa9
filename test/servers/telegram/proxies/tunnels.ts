import type { Socket } from 'node:net';
import type { TelegramServer } from '../telegram-server.js';
import { ProxyServer } from './proxy-server.js';

/** Who may use a proxy. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}

/** A SOCKS 5 proxy (RFC 1928) with or without a login (RFC 1929). */
export class SocksProxy extends ProxyServer {
  private constructor(
    private readonly server: TelegramServer,
    private readonly login: ProxyLogin | undefined,
  ) {
    super();
  }

  static listen(server: TelegramServer, login?: ProxyLogin): Promise<SocksProxy> {
    return new SocksProxy(server, login).listen();
  }

  protected override serve(socket: Socket): void {
    let stage: 'greeting' | 'login' | 'request' = 'greeting';
    let pending: Buffer = Buffer.alloc(0);
    const take = (bytes: Buffer): void => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const length = needed(stage, pending);
        if (length === undefined || pending.length < length) return;
        const message = pending.subarray(0, length);
        pending = pending.subarray(length);
        if (stage === 'greeting') {
          const method = this.login ? 2 : 0;
          const offered = message.subarray(2).includes(method);
          socket.write(Buffer.from([5, offered ? method : 0xff]));
          if (!offered) {
            socket.end();
            return;
          }
          stage = this.login ? 'login' : 'request';
        } else if (stage === 'login') {
          const right = this.#knows(message);
          socket.write(Buffer.from([1, right ? 0 : 1]));
          if (!right) {
            socket.end();
            return;
          }
          stage = 'request';
        } else {
          socket.off('data', take);
          this.#connect(socket, message);
          return;
        }
      }
    };
    socket.on('data', take);
  }

  #knows(message: Buffer): boolean {
    const [, length = 0] = message;
    const user = message.subarray(2, 2 + length).toString();
    const password = message.subarray(3 + length).toString();
    return user === this.login?.user && password === this.login.password;
  }

  #connect(socket: Socket, message: Buffer): void {
    const named = message[3] === 3;
    const host = named ? message.subarray(5, -2).toString() : [...message.subarray(4, 8)].join('.');
    const port = portFor(this.server, host, message.readUInt16BE(message.length - 2));
    const answer = (code: number) => socket.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
    const refused = (): void => {
      answer(5);
      socket.end();
    };
    if (port === undefined) {
      refused();
      return;
    }
    this.lead(
      port,
      (upstream) => {
        answer(0);
        socket.pipe(upstream).pipe(socket);
        this.tie(socket, upstream);
      },
      refused,
    );
  }
}

/** An HTTP proxy that tunnels (RFC 9110 §9.3.6). */
export class HttpProxy extends ProxyServer {
  private constructor(
    private readonly server: TelegramServer,
    private readonly login: ProxyLogin | undefined,
  ) {
    super();
  }

  static listen(server: TelegramServer, login?: ProxyLogin): Promise<HttpProxy> {
    return new HttpProxy(server, login).listen();
  }

  protected override serve(socket: Socket): void {
    let head = '';
    const take = (bytes: Buffer): void => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', take);
      this.#connect(socket, head);
    };
    socket.on('data', take);
  }

  #connect(socket: Socket, head: string): void {
    const refuse = (status: string): void => void socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
    const { user, password } = this.login ?? {};
    const wanted = `basic ${Buffer.from(`${user}:${password}`).toString('base64')}`.toLowerCase();
    const given = /^proxy-authorization: *(.*)$/im.exec(head)?.[1]?.trim().toLowerCase();
    if (this.login && given !== wanted) {
      refuse('407 Proxy Authentication Required');
      return;
    }
    const [, host = '', port = '0'] = /^CONNECT (\S+):(\d+) /.exec(head) ?? [];
    const target = portFor(this.server, host, Number(port));
    if (target === undefined) {
      refuse('403 Forbidden');
      return;
    }
    this.lead(
      target,
      (upstream) => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
        this.tie(socket, upstream);
      },
      () => refuse('502 Bad Gateway'),
    );
  }
}

/** Loopback port behind an address of the test server; other loopback ports are reached as well, nothing else is. */
function portFor(server: TelegramServer, host: string, port: number): number | undefined {
  return server.portOf(host) ?? (host === '127.0.0.1' || host === 'localhost' ? port : undefined);
}

/** Length of the message that is being read; undefined: more bytes are needed to tell. */
function needed(stage: 'greeting' | 'login' | 'request', bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  if (stage === 'greeting') return 2 + (bytes[1] ?? 0);
  if (stage === 'login') {
    const at = 2 + (bytes[1] ?? 0);
    const password = bytes[at];
    return password === undefined ? undefined : at + 1 + password;
  }
  if (bytes.length < 5) return undefined;
  const kind = bytes[3];
  return kind === 1 ? 10 : kind === 4 ? 22 : 7 + (bytes[4] ?? 0);
}
