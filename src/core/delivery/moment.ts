/** A moment for people: the gateway knows nobody's time zone, so in UTC; with the day unless it is today. */
export function sayMoment(time: number, now = Date.now()): string {
  const stamp = new Date(time).toISOString();
  const [day = '', clock = ''] = stamp.split('T');
  const hour = `${clock.slice(0, 5)} UTC`;
  return new Date(now).toISOString().startsWith(day) ? hour : `${day} ${hour}`;
}
