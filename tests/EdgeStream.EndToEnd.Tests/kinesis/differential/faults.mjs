// Requests with faults, made from the shapes of the actions.

/** A request that has all that an action needs. */
function validOf(members) {
  return Object.fromEntries(
    Object.entries(members).filter(([, one]) => !one.optional).map(([name, one]) => [name, one.valid]));
}

/** Values of every type. */
const ALL_TYPES = { boolean: true, integer: 5, text: 'wrong', list: [], map: {} };
/** Enough for a server that tells no type from another. */
const SOME_TYPES = { boolean: true, list: [] };

/** Values that a member must not have, each with what is wrong. `wrong` are the types that are tried, `isNullable` is
 * false within a list. */
function* faultsOf(shape, wrong, isNullable = true) {
  const right = {
    text: 'text', word: 'text', blob: 'text', integer: 'integer', time: 'integer', structure: 'map', map: 'map', list: 'list',
    boolean: 'boolean',
  }[shape.kind];
  for (const [kind, value] of Object.entries(wrong)) {
    if (kind !== right) {
      yield [`is ${kind}`, value];
    }
  }

  if (isNullable) {
    yield ['is null', null];
  }

  yield* valueFaultsOf(shape, wrong);
}

function* valueFaultsOf(shape, wrong) {
  if (shape.kind === 'text') {
    yield* textFaultsOf(shape);
  } else if (shape.kind === 'word') {
    yield ['is no such word', 'wrong'];
    yield ['is empty', ''];
  } else if (shape.kind === 'blob') {
    yield ['has a length that is no multiple of four', 'abc'];
    yield ['has a character that is none of Base64', 'ab$='];
    yield ['has bits behind its end', 'YWJ='];
  } else if (shape.kind === 'integer') {
    yield* integerFaultsOf(shape);
  } else if (shape.kind === 'list') {
    yield* listFaultsOf(shape, wrong);
  } else if (shape.kind === 'map') {
    yield* mapFaultsOf(shape);
  } else if (shape.kind === 'structure') {
    yield ['is empty', {}];
    for (const [name, member] of Object.entries(shape.members)) {
      for (const [what, value] of faultsOf(member, wrong)) {
        yield [`.${name} ${what}`, { ...shape.valid, [name]: value }];
      }
    }
  }
}

function* textFaultsOf({ min, max, pattern }) {
  if (min) {
    yield ['is empty', ''];
  }

  if (max && max <= 2048) {
    yield ['is too long', 'a'.repeat(max + 1)];
  }

  if (pattern) {
    yield ['is against the pattern', 'no name'];
    yield ['is against the pattern at its end', '5$'];
  }
}

function* integerFaultsOf({ min, max }) {
  yield ['has a fraction', 1.5];
  if (min !== undefined) {
    yield ['is too small', min - 1];
    yield ['is negative', -5];
  }

  if (max) {
    yield ['is too large', max + 1];
  }

  yield ['is larger than any integer', 1e15];
}

function* listFaultsOf({ of, min, max }, wrong) {
  if (min) {
    yield ['is empty', []];
  }

  if (max) {
    yield ['has too many', Array.from({ length: max + 1 }, () => of.valid)];
  }

  for (const [what, value] of faultsOf(of, wrong, false)) {
    yield [`[0] ${what}`, [value]];
    yield [`[1] ${what}`, [of.valid, value]];
  }
}

function* mapFaultsOf({ max, keyMax, valueMax }) {
  yield ['is empty', {}];
  yield ['has too many', Object.fromEntries(Array.from({ length: max + 1 }, (_, index) => [`k${index}`, 'v']))];
  yield ['has an empty key', { '': 'v' }];
  yield ['has a long key', { ['k'.repeat(keyMax + 1)]: 'v' }];
  yield ['has a long value', { k: 'v'.repeat(valueMax + 1) }];
  yield ['has a character that no tag has', { 'k$': 'v' }];
  yield ['has a number', { k: 5 }];
  yield ['has a list', { k: [] }];
}

/** Every fault of every member of an action by itself, and the whole request's. */
export function* singleFaults(action, members, isShort) {
  const valid = validOf(members);
  yield { label: 'valid', action, body: valid };
  yield { label: 'unknown member', action, body: { ...valid, Unknown: 1, unknown: { a: [null] } } };
  yield { label: 'empty', action, body: {} };
  yield { label: 'nothing but null', action, body: Object.fromEntries(Object.keys(members).map((name) => [name, null])) };
  for (const [name, member] of Object.entries(members)) {
    const rest = { ...valid };
    delete rest[member.alone ?? name];
    if (!member.optional || member.alone) {
      yield { label: member.alone ? `${name} alone` : `no ${name}`, action, body: member.alone ? { ...rest, [name]: member.valid } : rest };
    } else {
      yield { label: `with ${name}`, action, body: { ...valid, [name]: member.valid } };
    }

    for (const [what, value] of faultsOf(member, isShort ? SOME_TYPES : ALL_TYPES)) {
      yield { label: `${name} ${what}`, action, body: { ...rest, [name]: value } };
    }
  }
}

/** Several faults at once, in any order of the members. */
export function randomFault(random, actions) {
  const pick = (all) => all[Math.floor(random() * all.length)];
  const [action, members] = pick(Object.entries(actions).filter(([, all]) => Object.keys(all).length > 0));
  const body = validOf(members);
  const said = [];
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
    const [name, member] = pick(Object.entries(members));
    delete body[name];
    const [what, value] = pick([['is missing', undefined], ['is right', member.valid], ...faultsOf(member, ALL_TYPES)]);
    said.push(`${name} ${what}`);
    if (value !== undefined) {
      body[name] = value;
    }
  }

  return { label: said.join(', '), action, body };
}
