import type { TableLayout } from './use-table-columns.ts';

/** Changes to which columns there are and in which order. */
export function columnMoves({ table, wanted: fields }: TableLayout) {
  return {
    /** One step to the left (-1) or right (1). */
    by(field: string, step: number): void {
      const at = fields.indexOf(field);
      const next = fields.filter((other) => other !== field);
      next.splice(Math.max(0, Math.min(next.length, at + step)), 0, field);
      table.setColumnOrder(next);
    },
    /** To the place where another column stands. */
    before(field: string, target: string): void {
      if (field === target) return;
      const next = fields.filter((other) => other !== field);
      const shift = fields.indexOf(field) < fields.indexOf(target) ? 1 : 0;
      next.splice(next.indexOf(target) + shift, 0, field);
      table.setColumnOrder(next);
    },
    add(field: string): void {
      if (!fields.includes(field)) table.setColumnOrder([...fields, field]);
    },
    remove(field: string): void {
      table.setColumnOrder(fields.filter((other) => other !== field));
    },
  };
}
