import type { Literal, QueryNode } from '@orbweaver/contracts/query/ast.ts';

/** Writes a query so that reading it again gives the same tree (but for positions). */
export function printQuery(node: QueryNode): string {
  switch (node.kind) {
    case 'everything':
      return '*';
    case 'comparison': {
      const gap = node.operator === ':' ? '' : ' ';
      return `${printField(node.field.name)}${gap}${node.operator} ${printLiteral(node.value)}`;
    }
    case 'presence':
      return `${printField(node.field.name)}: *`;
    case 'text':
      return printLiteral(node.value);
    case 'not':
      return `not ${node.operand.kind === 'and' || node.operand.kind === 'or' ? `(${printQuery(node.operand)})` : printQuery(node.operand)}`;
    case 'and':
    case 'or':
      return node.operands
        .map((operand) => (operand.kind === 'and' || operand.kind === 'or' ? `(${printQuery(operand)})` : printQuery(operand)))
        .join(` ${node.kind} `);
  }
}

/** A value as it has to be written: bare where it can be, else quoted. For completion. */
export function printValue(text: string): string {
  return /^[\w./@%~;?#+-][\w./@%~;?#+:-]*$/.test(text) && !/^(and|or|not)$/i.test(text) ? text : quote(text);
}

export function printField(name: string): string {
  return name === '' ? quote(name) : escapeWords(name.split('*'), / /g);
}

function printLiteral(literal: Literal): string {
  return literal.quoted ? quote(literal.text) : escapeWords(literal.parts ?? [literal.text], /^ | $| (?= )/g);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\t', '\\t').replaceAll('\r', '\\r').replaceAll('\n', '\\n')}"`;
}

/** Escapes what would end a word or mean something else, and `blanks`: of several words the single ones in between stay. */
function escapeWords(parts: readonly string[], blanks: RegExp): string {
  return parts
    .map((part) => part.replace(/[\\():<>"*=!&|,]/g, '\\$&').replace(/[^\S ]/g, hexEscape))
    .join('*')
    .replace(blanks, '\\u0020')
    .replace(/(?<=^| )(and|or|not)(?= |$|[()"])/gi, '\\$&')
    .replace(/(?<=^| )in(?= |$|\\?\()/gi, (word) => `${hexEscape(word[0]!)}${word[1]}`);
}

function hexEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
