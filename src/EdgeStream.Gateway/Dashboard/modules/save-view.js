/** Saving what stands in the editor under a name, so that it runs for good. */

import { byId, setText } from './dom.js';
import { saveQuery } from './query-requests.js';

const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

export class SaveView {
  /** @param {{editor: import('./editor-view.js').EditorView, onSaved: () => void}} context */
  constructor(context) {
    this._context = context;
    byId('save-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this._save();
    });
  }

  /** A query's text comes into the editor, its name here. */
  edit(query) {
    byId('save-name').value = query.source === 'api' ? query.name : '';
    byId('save-enabled').checked = query.enabled !== false;
    byId('save-drawer').open = true;
    setText(byId('save-state'), '');
    setText(byId('editing'), query.name);
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
    const { error } = await saveQuery(name, this._context.editor.text, byId('save-enabled').checked);
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

  _tell(text, bad) {
    setText(byId('save-state'), text);
    byId('save-state').classList.toggle('bad', bad);
  }
}
