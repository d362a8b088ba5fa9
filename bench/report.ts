import type { Figure, Target } from './measurements/measurement.js';
import type { SubjectName } from './subjects/subject.js';

/** A figure, and the subject it was measured on. */
export interface Result {
  readonly subject: SubjectName;
  readonly figure: Figure;
}

interface Row {
  readonly figure: Figure;
  readonly values: ReadonlyMap<SubjectName, number>;
}

/** Renders all results as one Markdown table with a column per subject, the ratio and the target. */
export function renderTable(results: readonly Result[], subjects: readonly SubjectName[]): string {
  const header = ['measured', 'unit', ...subjects, 'isthmus / biboumi', 'target', 'reached'];
  const lines = rowsOf(results).map((row) => {
    const isthmus = row.values.get('isthmus');
    const biboumi = row.values.get('biboumi');
    const ratio = isthmus === undefined || biboumi === undefined ? undefined : isthmus / biboumi;
    const { target } = row.figure;
    return [
      row.figure.title,
      row.figure.unit,
      ...subjects.map((subject) => number(row.values.get(subject))),
      number(ratio),
      target === undefined ? '' : describe(target),
      verdict(target, isthmus, ratio),
    ];
  });
  const rule = header.map((_, column) => (column > 1 && column < 2 + subjects.length + 1 ? '--:' : '---'));
  return [header, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Renders one figure for the progress output; a check that fails is marked, for every subject. */
export function renderFigure(figure: Figure): string {
  const { target, value } = figure;
  const wrong =
    target !== undefined && 'value' in target && target.value === 'exactly' && value !== target.bound;
  return `${figure.title}: ${number(value)} ${figure.unit}${wrong ? ` — WRONG, must be ${target.bound}` : ''}`;
}

function rowsOf(results: readonly Result[]): readonly Row[] {
  const rows = new Map<string, { figure: Figure; values: Map<SubjectName, number> }>();
  for (const { subject, figure } of results) {
    const row = rows.get(figure.title) ?? { figure, values: new Map() };
    row.values.set(subject, figure.value);
    rows.set(figure.title, row);
  }
  return [...rows.values()];
}

function describe(target: Target): string {
  if ('ratio' in target) return `ratio ${target.ratio === 'at-least' ? '≥' : '≤'} ${number(target.bound)}`;
  const sign = { exactly: '=', 'at-most': '≤', 'at-least': '≥' }[target.value];
  return `value ${sign} ${number(target.bound)}`;
}

function verdict(target: Target | undefined, value: number | undefined, ratio: number | undefined): string {
  if (target === undefined) return '';
  const measured = 'ratio' in target ? ratio : value;
  if (measured === undefined) return 'not run';
  return reaches(target, measured) ? 'yes' : 'no';
}

function reaches(target: Target, measured: number): boolean {
  const judged = 'ratio' in target ? target.ratio : target.value;
  if (judged === 'at-least') return measured >= target.bound;
  return judged === 'exactly' ? measured === target.bound : measured <= target.bound;
}

function number(value: number | undefined): string {
  if (value === undefined) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
