/** Something the person at the terminal can put right: printed as one sentence, without a stack. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UserError';
  }
}
