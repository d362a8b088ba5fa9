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

/** The connection is no more. `sent`: the server may have acted on the request. */
export class Disconnected extends Error {
  constructor(readonly sent: boolean) {
    super('the connection is no more');
    this.name = 'Disconnected';
  }
}
