// What differs between two answers, and the table that explains it.
const LIST = /^(\d+ \w+ )\d+ validation errors? detected: (.*)$/s;
const KINDS = ['theirs wrong', 'ours better', 'present service'];

/** The differences of two answers to a request: of their lines, constraint by constraint where both list them, or of the
 * places in them. */
export function differencesOf({ action, label }, theirs, ours) {
  const of = (what, their, our) => ({ action, label, what, theirs: their, ours: our });
  if (theirs.line !== ours.line) {
    const [, theirHead, theirList] = LIST.exec(theirs.line) ?? [];
    const [, ourHead, ourList] = LIST.exec(ours.line) ?? [];
    return theirHead !== undefined && theirHead === ourHead
      ? constraints(theirList, ourList).map(([their, our]) => of('constraint', their, our))
      : headOf(theirs.line) === headOf(ours.line)
        ? [of('text', theirs.line, ours.line)]
        : [of('answer', theirs.line, ours.line)];
  }

  const found = theirs.type === ours.type ? [] : [of('type', theirs.type, ours.type)];
  if (theirs.line !== '200') {
    return found;
  }

  const missing = [];
  for (const place of new Set([...theirs.leaves.keys(), ...ours.leaves.keys()])) {
    const [their, our] = [theirs.leaves.get(place) ?? 'absent', ours.leaves.get(place) ?? 'absent'];
    if (their !== our && !missing.some((above) => place.startsWith(above))) {
      found.push(of(place.replace(/\[\d+\]/g, '[]'), their, our));
      if (their === 'absent' || our === 'absent') {
        missing.push(`${place}.`, `${place}[`);
      }
    }
  }

  return found;
}

/** Status and type. */
const headOf = (line) => line.split(' ', 2).join(' ');

function constraints(theirList, ourList) {
  const [their, our] = [theirList, ourList].map((list) => list.split(/; (?=Value )/));
  const onlyTheirs = their.filter((one) => !our.includes(one)).map((one) => [one, 'absent']);
  const onlyOurs = our.filter((one) => !their.includes(one)).map((one) => ['absent', one]);
  return onlyTheirs.length + onlyOurs.length > 0 ? [...onlyTheirs, ...onlyOurs] : [[`in this order: ${theirList}`, ourList]];
}

/** Explained differences: `*` stands for any text in what, theirs and ours, and for any action; several actions are
 * separated by spaces. */
export class Table {
  #entries;

  constructor(entries) {
    this.#entries = entries.map((entry) => {
      if (!KINDS.includes(entry.kind) || !(entry.why?.length > 20)) {
        throw new Error(`An entry needs a kind of ${KINDS.join(', ')} and a reason: ${JSON.stringify(entry)}`);
      }

      return {
        entry,
        isMet: false,
        isOf: entry.action === '*' ? () => true : (action) => entry.action.split(' ').includes(action),
        patterns: ['what', 'theirs', 'ours', 'label'].map((name) => [name, patternOf(entry[name] ?? '*')]),
      };
    });
  }

  /** Whether an entry explains the difference. */
  explains(difference) {
    const found = this.#entries.filter(({ isOf, patterns }) =>
      isOf(difference.action) && patterns.every(([name, pattern]) => pattern.test(difference[name])));
    found.forEach((one) => { one.isMet = true; });
    return found.length > 0;
  }

  /** The entries that no difference has met so far. */
  unmet() {
    return this.#entries.filter(({ isMet }) => !isMet).map(({ entry }) => entry);
  }
}

function patternOf(text) {
  return new RegExp(`^${text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's');
}
