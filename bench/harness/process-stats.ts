import { readFileSync, writeFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // USER_HZ, fixed at 100 in the Linux ABI
const UTIME = 11; // fields of proc(5) stat counted after the command's closing parenthesis
const STIME = 12;

/** CPU seconds, user and system, that a process has used with all its threads. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
}

/** Resident memory of a process, in KiB. */
export function residentKib(pid: number): number {
  return statusKib(pid, 'VmRSS');
}

/** Most resident memory of a process since its start, or since {@link forgetPeak}, in KiB. */
export function peakKib(pid: number): number {
  return statusKib(pid, 'VmHWM');
}

/** Has the peak of a process counted anew from what is resident now (proc(5), clear_refs). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function statusKib(pid: number, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'latin1'),
  );
  if (match === null) throw new Error(`no ${field} for process ${pid}`);
  return Number(match[1]);
}

/** Hard limit of open files of this process, which its children inherit. */
export function openFileLimit(): number {
  const match = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
  const limit = match?.[1];
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
