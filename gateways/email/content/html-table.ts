import type { DomNode } from 'html-to-text';

/** Cells with more in them are boxes of a page. */
const MAX_CELL = 120;
/** Rows that are looked at. */
const MAX_ROWS = 200;
const SECTIONS = new Set(['thead', 'tbody', 'tfoot']);
/** What no cell of data holds. */
const LAYOUT = new Set(['table', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'img', 'hr']);

/**
 * Whether a table holds data, one short text in each cell, rather than laying out a page, as most tables in mails do.
 */
export function isDataTable(table: DomNode): boolean {
  const rows = rowsOf(table);
  let filled = 0;
  for (const row of rows) {
    const cells = row.children.filter(({ name }) => name === 'td' || name === 'th');
    let words = 0;
    for (const cell of cells) {
      const length = lengthOf(cell);
      if (length > MAX_CELL) return false;
      if (length > 0) words++;
    }
    if (words > 1) filled++;
  }
  return filled > 1 || (filled === 1 && rows.length === 1 && rows[0]?.children.some(isHeader) === true);
}

const isHeader = ({ name }: DomNode): boolean => name === 'th';

function rowsOf(table: DomNode): DomNode[] {
  const rows: DomNode[] = [];
  for (const child of table.children) {
    if (child.name === 'tr') rows.push(child);
    else if (SECTIONS.has(child.name ?? ''))
      for (const row of child.children) if (row.name === 'tr' && rows.length < MAX_ROWS) rows.push(row);
    if (rows.length >= MAX_ROWS) break;
  }
  return rows;
}

/** Length of its text; infinite where it is no cell of data, or has more than is looked at. */
function lengthOf(cell: DomNode): number {
  let length = 0;
  const waiting: DomNode[] = [...cell.children];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (LAYOUT.has(node.name ?? '')) return Number.POSITIVE_INFINITY;
    if (node.type === 'text') length += node.data?.trim().length ?? 0;
    if (node.children !== undefined) waiting.push(...node.children);
    if (length > MAX_CELL || waiting.length > MAX_CELL) return Number.POSITIVE_INFINITY;
  }
  return length;
}
