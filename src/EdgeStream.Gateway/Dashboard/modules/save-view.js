/** Saving what stands in the editor under a name, so that it runs for good, and where its rows go then. */

import { byId, element, setText } from './dom.js';
import { listStreams, saveQuery } from './query-requests.js';

const NAME = /^[A-Za-z0-9_.-]{1,128}$/;
/** What a SELECT STREAM by itself gives. */
const RESULT = 'RESULT';

export class SaveView {
  /** @param {{editor: import('./editor-view.js').EditorView, onSaved: () => void}} context */
  constructor(context) {
    this._context = context;
    /** Outputs of in-application streams, which only the REST API makes: they stay as they are. */
    this._others = [];
    byId('save-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this._save();
    });
    byId('save-drawer').addEventListener('toggle', () => byId('save-drawer').open && this._offerStreams());
    this.setColumns([]);
  }

  /** The columns that the text gives, of which one can be the partition key. */
  setColumns(columns) {
    offer(byId('save-key'), columns.map((column) => String(column.name)), 'none');
  }

  /** A query's text is in the editor; its name and outputs come here. */
  edit(query) {
    const outputs = Array.isArray(query.outputs) ? query.outputs : [];
    const result = outputs.find((output) => output?.from === RESULT);
    this._others = outputs.filter((output) => output?.from !== RESULT);
    byId('save-name').value = query.source === 'api' ? query.name : '';
    byId('save-enabled').checked = query.enabled !== false;
    choose(byId('save-stream'), result?.stream);
    choose(byId('save-key'), result?.key);
    byId('save-drawer').open = true;
    setText(byId('save-state'), '');
    setText(byId('editing'), query.name);
  }

  async _offerStreams() {
    const { value } = await listStreams();
    const streams = Array.isArray(value?.streams) ? value.streams : [];
    offer(byId('save-stream'), streams.map((stream) => String(stream?.name)), 'no stream');
  }

  async _save() {
    const name = byId('save-name').value.trim();
    if (!NAME.test(name)) {
      this._tell('A name is 1 to 128 letters, digits, “_”, “.” or “-”.', true);
      byId('save-name').focus();
      return;
    }
    byId('save').disabled = true;
    this._tell('Saving…', false);
    const { error } = await saveQuery(
      name, { sql: this._context.editor.text, enabled: byId('save-enabled').checked, outputs: this._outputs() });
    byId('save').disabled = false;
    if (error) {
      this._tell([error.message, error.hint].filter(Boolean).join(' '), true);
      if (Number.isInteger(error.line)) this._context.editor.showError(error);
      return;
    }
    setText(byId('editing'), name);
    this._tell(`Saved as ${name}.`, false);
    this._context.onSaved();
  }

  _outputs() {
    const stream = byId('save-stream').value;
    const key = byId('save-key').value;
    return stream === '' ? this._others : [{ from: RESULT, stream, ...(key === '' ? {} : { key }) }, ...this._others];
  }

  _tell(text, bad) {
    setText(byId('save-state'), text);
    byId('save-state').classList.toggle('bad', bad);
  }
}

/** Offers names and none of them; what was chosen stays chosen, also when it is not offered any more. */
function offer(select, names, none) {
  const chosen = select.value;
  select.replaceChildren(element('option', { value: '', text: none }),
    ...names.map((name) => element('option', { value: name, text: name })));
  choose(select, chosen);
}

function choose(select, name) {
  const value = name ? String(name) : '';
  if (![...select.options].some((option) => option.value === value)) {
    select.append(element('option', { value, text: value }));
  }
  select.value = value;
}
