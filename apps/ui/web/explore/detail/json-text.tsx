import classes from './detail.module.css';

/** A key with its colon, a text, a number or a word. */
const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;
/** Longer texts are shown without colours: a page of them would hold too many elements. */
const colouredLength = 100_000;

/** JSON with colours; always as text, whatever is in it. */
export function JsonText({ text }: { text: string }) {
  if (text.length > colouredLength) return <pre className={classes.pre}>{text}</pre>;
  const pieces: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    pieces.push(text.slice(end, match.index));
    const kind = match[2] !== undefined ? 'key' : match[1] !== undefined ? 'text' : 'number';
    pieces.push(
      <span key={match.index} data-kind={kind}>
        {match[1] ?? match[0]}
      </span>,
    );
    end = match.index + (match[1] ?? match[0]).length;
  }
  pieces.push(text.slice(end));
  return <pre className={classes.pre}>{pieces}</pre>;
}
