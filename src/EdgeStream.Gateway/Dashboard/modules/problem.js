/** An error as the gateway tells it, with what was wrong, why, and what to do, for a place on the page. */

import { element, setHidden } from './dom.js';

/**
 * @param {Element} place emptied when there is no error
 * @param {{message: string, detail?: string, hint?: string, line?: number, column?: number} | null} error
 * @param {() => void} [onGo] shows the place in the text
 */
export function showProblem(place, error, onGo) {
  const shown = error !== null && Boolean(error.message);
  setHidden(place, !shown);
  if (!shown) {
    place.replaceChildren();
    return;
  }
  const head = element('p', { class: 'problem-message' }, element('span', { text: String(error.message) }));
  if (onGo && Number.isInteger(error.line) && Number.isInteger(error.column)) {
    const go = element('button', {
      class: 'button', type: 'button', testid: 'error-position', text: `line ${error.line}, column ${error.column}`,
      title: 'Show it in the text',
    });
    go.addEventListener('click', onGo);
    head.append(go);
  }
  place.replaceChildren(head, ...[['Detail', error.detail], ['Hint', error.hint]]
    .filter(([, text]) => text)
    .map(([name, text]) => element('p', {}, element('b', { text: `${name}: ` }), String(text))));
}
