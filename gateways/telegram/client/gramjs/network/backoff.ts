/** How long to wait before another try: twice as long each time, half of it by chance, so that many do not come at once. */
export function backoffMs(failures: number, firstMs: number, lastMs: number): number {
  const full = Math.min(lastMs, firstMs * 2 ** Math.min(failures, 30));
  return full / 2 + (Math.random() * full) / 2;
}
