/**
 * Dark or light: the system's choice until this page's toggle was used, then the toggle's. Colours that a canvas
 * needs are read from the style sheet, so that they are written down once.
 */

import { setAttribute, setText } from './dom.js';
import { read, write } from './storage.js';

const STORAGE_KEY = 'edgestream.theme';
const CANVAS_COLORS = [
  'ink', 'muted', 'hairline', 'surface', 'accent', 'temperature', 'percent', 'bytes', 'plain', 'critical', 'warning',
  'info',
];

/** @param {HTMLButtonElement} button @param {() => void} onChange called after the colours changed */
export function bindThemeToggle(button, onChange) {
  const root = document.documentElement;
  const show = () => {
    const dark = root.dataset.theme === 'dark';
    setText(button, dark ? 'Light' : 'Dark');
    setAttribute(button, 'aria-label', dark ? 'Switch to light colours' : 'Switch to dark colours');
    onChange();
  };
  const set = (theme) => {
    root.dataset.theme = theme;
    show();
  };
  button.addEventListener('click', () => {
    set(root.dataset.theme === 'dark' ? 'light' : 'dark');
    write(STORAGE_KEY, root.dataset.theme);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    if (read(STORAGE_KEY) === null) set(event.matches ? 'dark' : 'light');
  });
  show();
}

/** @returns {Record<string, string>} the canvas colours and font of the present theme */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const palette = Object.fromEntries(CANVAS_COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  palette.font = `10px ${style.getPropertyValue('--mono').trim()}`;
  return palette;
}
