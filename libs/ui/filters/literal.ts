const bare = /^[\p{L}\p{N}_][\p{L}\p{N}_./-]*$/u;
const keyword = /^(and|or|not|to|true|false)$/i;

/** A value as the query language writes it: bare where that is safe, else quoted. */
export function literal(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (bare.test(value) && !keyword.test(value)) return value;
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}"`;
}
