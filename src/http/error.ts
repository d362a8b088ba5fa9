/** The HTTP server could not listen; the message is a sentence for the operator. */
export class HttpStartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HttpStartError';
  }
}
