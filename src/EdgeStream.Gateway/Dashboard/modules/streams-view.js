/** The streams table: a row per stream that opens to its shards and the figures a narrow screen leaves out. */

import { byId, element, KeyedList, setAttribute, setFraction, setHidden, setText } from './dom.js';
import { emptyStreams } from './empty-states.js';
import { describeEvictions } from './evictions.js';
import { describeGap } from './gaps.js';
import { formatBytes, formatCount, formatDuration, formatRate } from './format.js';
import { hashRange } from './hash-range.js';
import { Sparkline } from './sparkline.js';

const GAP_LINES_MAX = 5;

export class StreamsView {
  constructor() {
    const table = byId('streams-table');
    this._empty = emptyStreams(byId('streams-empty'));
    this._rates = new Map();
    this._gaps = new Map();
    this._rows = new KeyedList(table, {
      after: table.tHead,
      key: (stream) => stream.name,
      create: (stream) => createRow(stream.name),
      update: (row, stream) => {
        updateRow(row, stream, this._rates.get(stream.name) ?? []);
        updateGaps(row, this._gaps.get(stream.name) ?? []);
      },
    });
  }

  update(state) {
    this._rates = state.rates;
    this._gaps = state.gaps;
    this._rows.update(state.streams);
    const count = state.streams.length;
    setText(byId('streams-count'), count === 0 ? '' : String(count));
    setHidden(byId('streams-table'), count === 0);
    setHidden(byId('streams-empty'), count > 0);
    if (count === 0) this._empty.update(state);
  }
}

function createRow(name) {
  const cell = (className, testid) => element('td', { class: className, testid });
  const detailId = `shards-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`;
  const button = element('button', {
    class: 'opener', type: 'button', 'aria-expanded': 'false', 'aria-controls': detailId, testid: 'stream-expand',
  });
  button.append(element('span', { class: 'chevron', 'aria-hidden': 'true' }),
    element('span', { class: 'stream-name', text: name }));
  const row = {
    shards: cell('number wide'), records: cell('number', 'stream-records'),
    rate: element('span', { class: 'rate-text', testid: 'stream-rate' }), spark: new Sparkline('row-graph'),
    bytes: cell('number', 'stream-bytes'), retention: cell('wide'), durability: cell('wide'),
    state: element('span', { class: 'pill', testid: 'stream-state' }),
    facts: element('dl', { class: 'facts-list' }), map: element('div', { class: 'hash-map', 'aria-hidden': 'true' }),
    error: element('p', { class: 'error-text', testid: 'stream-error' }), open: false,
  };
  const shardBody = element('tbody');
  const keyOf = (shard) => String(shard.id);
  row.shardRows = new KeyedList(shardBody, { key: keyOf, create: createShard, update: updateShard });
  row.segments = new KeyedList(row.map, {
    key: keyOf,
    create: (shard) => ({ node: element('span', { class: 'hash-segment', title: String(shard.id) }) }),
    update: updateSegment,
  });
  const shardTable = element('table', { class: 'table shards' }, shardHead(), shardBody);
  row.detail = element('tr', { class: 'detail', id: detailId, hidden: true }, element('td', { colspan: '8' },
    row.error, row.facts, row.map, element('div', { class: 'scroll', tabindex: '0' }, shardTable)));
  row.gapList = element('ul', { class: 'gap-list' });
  row.gaps = element('tr', { class: 'gaps', hidden: true, testid: 'stream-gaps' },
    element('td', { colspan: '8' }, row.gapList));
  row.node = element('tbody', { testid: 'stream-row', 'data-stream': name },
    element('tr', {}, element('th', { scope: 'row' }, button), row.shards, row.records,
      element('td', { class: 'number rate' }, row.spark.node, row.rate), row.bytes, row.retention, row.durability,
      element('td', {}, row.state)), row.gaps, row.detail);
  button.addEventListener('click', () => {
    row.open = !row.open;
    button.setAttribute('aria-expanded', String(row.open));
    setHidden(row.detail, !row.open);
    if (row.stream) updateDetail(row, row.stream);
  });
  return row;
}

function updateRow(row, stream, rates) {
  row.stream = stream;
  const shards = list(stream.shards);
  setText(row.shards, formatCount(shards.length));
  setText(row.records, formatCount(stream.records));
  setText(row.rate, `${formatRate(stream.recordsPerSecond)}/s`);
  row.spark.update(rates);
  setText(row.bytes, formatBytes(stream.bytes));
  setText(row.retention, retention(stream));
  setText(row.durability, String(stream.durability ?? '—'));
  setText(row.state, String(stream.state ?? 'unknown'));
  setAttribute(row.state, 'data-state', String(stream.state));
  if (row.open) updateDetail(row, stream);
}

/** The newest gaps first: a line each, under the stream's own. */
function updateGaps(row, gaps) {
  setHidden(row.gaps, gaps.length === 0);
  const lines = gaps.slice(-GAP_LINES_MAX).reverse().map(describeGap);
  if (gaps.length > lines.length) lines.push(`And ${gaps.length - lines.length} more before.`);
  while (row.gapList.childElementCount > lines.length) row.gapList.lastElementChild.remove();
  while (row.gapList.childElementCount < lines.length) {
    row.gapList.append(element('li', { class: 'error-text', testid: 'stream-gap' }));
  }
  lines.forEach((text, index) => setText(row.gapList.children[index], text));
}

function updateDetail(row, stream) {
  const facts = [
    ['Appended', formatCount(stream.appendedRecords)], ['Evicted', describeEvictions(stream)],
    ['Lost', formatCount(stream.lostRecords)], ['In', `${formatBytes(stream.bytesPerSecond)}/s`],
    ['Kept for', retention(stream)], ['Durability', String(stream.durability ?? '—')],
    ['On disk', formatBytes(stream.diskBytes)], ['Kept for deliveries', formatBytes(stream.protectedBytes)],
    ['Priority', String(stream.priority ?? '—')], ['When full', String(stream.whenFull ?? '—')],
  ];
  if (row.facts.childElementCount === 0) {
    row.facts.append(...facts.map(([name]) => element('div', {}, element('dt', { text: name }), element('dd'))));
  }
  facts.forEach(([, text], index) => setText(row.facts.children[index].lastElementChild, text));
  row.facts.children[2].classList.toggle('bad', stream.lostRecords > 0);
  setText(row.error, stream.error ? String(stream.error) : '');
  setHidden(row.error, !stream.error);
  const shards = list(stream.shards).filter((shard) => shard && shard.id !== undefined);
  row.shardRows.update(shards);
  const open = shards.filter((shard) => shard.state !== 'closed');
  row.segments.update(open.filter((shard) => hashRange(shard.startingHashKey, shard.endingHashKey) !== null));
}

function shardHead() {
  const titles = [['Shard', ''], ['Hash keys', ''], ['Share', 'number'], ['Oldest', 'number'], ['Newest', 'number'],
    ['Records', 'number'], ['Stored', 'number'], ['Rate', 'number']];
  return element('thead', {}, element('tr', {},
    ...titles.map(([text, className]) => element('th', { scope: 'col', class: className || null, text }))));
}

function createShard(shard) {
  const cells = ['', 'mono', 'number', 'number', 'number', 'number', 'number', 'number']
    .map((className) => element('td', { class: className || null }));
  setText(cells[0], String(shard.id));
  return { node: element('tr', { testid: 'shard-row' }, ...cells), cells };
}

function updateShard({ cells }, shard) {
  const range = hashRange(shard.startingHashKey, shard.endingHashKey);
  setText(cells[1], range?.label ?? '—');
  setAttribute(cells[1], 'title', `${shard.startingHashKey} – ${shard.endingHashKey}`);
  setText(cells[2], range === null ? '—' : `${(range.width * 100).toFixed(range.width < 0.1 ? 1 : 0)} %`);
  setText(cells[3], String(shard.oldestSequence ?? '—'));
  setText(cells[4], String(shard.newestSequence ?? '—'));
  setText(cells[5], formatCount(shard.records));
  setText(cells[6], formatBytes(shard.bytes));
  setText(cells[7], `${formatRate(shard.recordsPerSecond)}/s`);
}

function updateSegment({ node }, shard) {
  const range = hashRange(shard.startingHashKey, shard.endingHashKey);
  setFraction(node, '--start', range.start);
  setFraction(node, '--width', range.width);
}

function retention(stream) {
  const parts = [];
  if (stream.retentionAgeSeconds > 0) parts.push(formatDuration(stream.retentionAgeSeconds));
  if (stream.retentionBytes > 0) parts.push(formatBytes(stream.retentionBytes));
  return parts.length === 0 ? 'no limit' : parts.join(' / ');
}

function list(value) {
  return Array.isArray(value) ? value : [];
}
