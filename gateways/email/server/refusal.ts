/** An answer of SMTP that refuses something; the text begins with an enhanced status code (RFC 3463). */
export class SmtpRefusal extends Error {
  constructor(
    /** RFC 5321 §4.2: 4xx: come again, 5xx: do not; 421 ends the connection. */
    readonly responseCode: number,
    /** For the other side's operator; ASCII. */
    message: string,
  ) {
    super(message);
    this.name = 'SmtpRefusal';
  }
}
