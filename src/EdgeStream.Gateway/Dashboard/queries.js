/**
 * Composition of the queries page: the feed tells how queries stand, the editor's text is checked, run and saved, a
 * run's rows go into the result, and the painter decides when they are drawn.
 */

import { DiscoverView } from './modules/discover-view.js';
import { byId } from './modules/dom.js';
import { EditorView } from './modules/editor-view.js';
import { HeaderView } from './modules/header-view.js';
import { Painter } from './modules/painter.js';
import { QueriesView } from './modules/queries-view.js';
import { QueryFeed } from './modules/query-feed.js';
import { QueryRun } from './modules/query-run.js';
import { ResultView } from './modules/result-view.js';
import { RunView } from './modules/run-view.js';
import { SaveView } from './modules/save-view.js';
import { applyMessage, createState, gatewayNow } from './modules/state.js';
import { SuggestionView } from './modules/suggestion-view.js';
import { bindThemeToggle, readPalette } from './modules/theme.js';

const CLOCK_INTERVAL_MS = 1_000;

const state = createState();
let connection = { state: 'connecting', retryAt: 0 };
let known = null;
let palette = readPalette();
let running = null;

const painter = new Painter(paint);
const feed = new QueryFeed(new URL('.', document.baseURI), {
  onStatus(status) {
    applyMessage(state, { type: 'status', status }, Date.now());
    painter.mark('status');
  },
  onQueries(queries) {
    known = queries;
    painter.mark('queries');
  },
  onConnection(next) {
    connection = next;
    painter.mark('connection');
  },
});

const header = new HeaderView({ name: 'Queries', onRetry: () => feed.refresh(), live: 'The gateway answers' });
const editor = new EditorView({ onRun: () => run.run(), onColumns: (columns) => save.setColumns(columns) });
const run = new RunView({
  gatewayNow: () => gatewayNow(state, Date.now()), onRun: start, onStop: () => running?.stop(),
});
const result = new ResultView(() => painter.mark('choice'));
const save = new SaveView({ editor, onSaved: () => feed.refresh() });
const queries = new QueriesView({ onEdit: edit, onChanged: () => feed.refresh() });
new DiscoverView(editor);
new SuggestionView(editor);

/** @param {Set<string>} marks what changed; 'clock' once a second, 'choice' after a person did something */
function paint(marks) {
  if (marks.has('status')) header.update(state);
  if (marks.has('connection') || marks.has('clock')) header.updateConnection(connection, Date.now());
  if (marks.has('queries') && known !== null) queries.update(known);
  if (marks.has('rows') || marks.has('choice')) {
    result.update();
    result.draw(palette);
  }
}

function start(request) {
  running?.stop();
  const mine = new QueryRun({
    onColumns(columns) {
      if (mine !== running) return;
      result.setColumns(columns);
      painter.mark('rows');
    },
    onRow(values) {
      if (mine !== running) return;
      result.rows.add(values);
      painter.mark('rows');
    },
    onEnd(end) {
      if (mine === running) finish(end);
    },
  });
  running = mine;
  result.begin(run.history);
  run.setRunning(true);
  painter.mark('choice');
  mine.start({ sql: editor.text, ...request });
}

function finish(end) {
  running = null;
  run.setRunning(false);
  result.end(end);
  if (Number.isInteger(end.error?.line)) editor.showError(end.error);
  painter.mark('choice');
}

function edit(query) {
  editor.text = String(query.sql ?? '');
  save.edit(query);
  byId('ask').scrollIntoView({ block: 'start' });
  editor.focus();
}

bindThemeToggle(byId('theme'), () => {
  palette = readPalette();
  painter.mark('choice');
});
addEventListener('resize', () => painter.mark('choice'));
setInterval(() => painter.mark('clock'), CLOCK_INTERVAL_MS);
feed.start();
