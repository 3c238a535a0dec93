const maxSuggestions = 3;
/** Characters of a name that are compared: bounds the work on a long one. */
const maxCompared = 80;

/** Names that a misspelt or shortened one may have meant, likeliest first: `status_code`, `http.method`, `source.prot`. */
export function closest(name: string, names: readonly string[]): string[] {
  const wanted = name.slice(0, maxCompared).toLowerCase();
  const scored = names.map((candidate) => ({ candidate, distance: score(wanted, candidate.toLowerCase()) }));
  return scored
    .filter(({ distance }) => distance <= Math.max(1, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance || a.candidate.length - b.candidate.length)
    .slice(0, maxSuggestions)
    .map(({ candidate }) => candidate);
}

function score(wanted: string, candidate: string): number {
  const words = wanted.split('.').filter((word) => word !== '');
  if (words.length > 0 && candidate.endsWith(`.${wanted}`)) return 0;
  const parts = candidate.split('.');
  if (words.length > 0 && words.at(-1) === parts.at(-1) && words.every((word) => parts.includes(word))) return 0.5;
  return editDistance(wanted, candidate.slice(0, maxCompared));
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
