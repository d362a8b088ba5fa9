/** The server has refused a request; `text` is its word for it, such as `FLOOD_WAIT_30`. */
export class RpcFailure extends Error {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {
    super(`${code} ${text}`);
    this.name = 'RpcFailure';
  }
}

/** Our own word for a request that the server has sent back each time, for reasons of the protocol: it has not acted. */
export const NOT_ACCEPTED = 'MESSAGE_NOT_ACCEPTED';

/** The connection is no more. `sent`: the server may have acted on the request. */
export class Disconnected extends Error {
  constructor(readonly sent: boolean) {
    super('the connection is no more');
    this.name = 'Disconnected';
  }
}
