import { operationOf } from '../sdk/sql-text.ts';
import { decoderOf, utf8 } from '../sdk/text-decoders.ts';

/** Character sets that a client may choose, by the server's names (MySQL Reference Manual, section 12.13), and by those of the Encoding Standard. */
const labels = new Map([
  ['big5', 'big5'],
  ['cp1250', 'windows-1250'],
  ['cp1251', 'windows-1251'],
  ['cp1256', 'windows-1256'],
  ['cp1257', 'windows-1257'],
  ['cp866', 'ibm866'],
  ['cp932', 'shift_jis'],
  ['eucjpms', 'euc-jp'],
  ['euckr', 'euc-kr'],
  ['gb18030', 'gb18030'],
  ['gb2312', 'gbk'],
  ['gbk', 'gbk'],
  ['greek', 'iso-8859-7'],
  ['hebrew', 'iso-8859-8'],
  ['koi8r', 'koi8-r'],
  ['koi8u', 'koi8-u'],
  // Windows' code page, with a character more than ISO's.
  ['latin1', 'windows-1252'],
  ['latin2', 'iso-8859-2'],
  ['latin5', 'windows-1254'],
  ['latin7', 'iso-8859-13'],
  ['macroman', 'macintosh'],
  ['sjis', 'shift_jis'],
  ['tis620', 'windows-874'],
  ['ujis', 'euc-jp'],
]);

/** The character set of a collation by its number, which a sign-in names (information_schema.collations); what is missing is UTF-8 or has no decoder. */
const collations = new Map<number, string>(
  Object.entries({
    big5: [1, 84],
    cp1250: [26, 34, 44, 66, 99],
    cp1251: [14, 23, 50, 51, 52],
    cp1256: [57, 67],
    cp1257: [29, 58, 59],
    cp866: [36, 68],
    cp932: [95, 96],
    eucjpms: [97, 98],
    euckr: [19, 85],
    gb18030: [248, 249, 250],
    gb2312: [24, 86],
    gbk: [28, 87],
    greek: [25, 70],
    hebrew: [16, 71],
    koi8r: [7, 74],
    koi8u: [22, 75],
    latin1: [5, 8, 15, 31, 47, 48, 49, 94],
    latin2: [2, 9, 21, 27, 77],
    latin5: [30, 78],
    latin7: [20, 41, 42, 79],
    macroman: [39, 53],
    sjis: [13, 88],
    tis620: [18, 89],
    ujis: [12, 91],
  }).flatMap(([name, numbers]) => numbers.map((number): [number, string] => [number, name])),
);

/** MariaDB's collations without padding have the number of those with it, and this. */
const withoutPadding = 1024;

/** What reads the texts of a client that named this collation; UTF-8 where that is not known, in which ASCII is right. */
export function decoderOfCollation(number: number): TextDecoder {
  const name = collations.get(number >= withoutPadding && number < 2 * withoutPadding ? number - withoutPadding : number);
  return name === undefined ? utf8 : decoderOf(labels.get(name));
}

/** Characters of a SET that are looked at. */
const searched = 1024;
const namedIn = /(?:\bset\s|,)\s*(?:names|charset|character\s+set)\s+['"`]?(\w+)/i;
const assignedIn = /(?:\bset\s|,)\s*(?:session\s+|@@session\.|@@)?character_set_client\s*:?=\s*['"`]?(\w+)/i;

/** What reads the texts behind this statement, if it chooses a character set for them: SET NAMES, SET CHARACTER SET, or the variable itself. */
export function decoderOfSet(text: string): TextDecoder | undefined {
  if (operationOf(text, 'mysql') !== 'SET') return undefined;
  const head = text.slice(0, searched);
  const name = (namedIn.exec(head) ?? assignedIn.exec(head))?.[1];
  return name === undefined ? undefined : decoderOf(labels.get(name.toLowerCase()));
}
