/**
 * Decides when to paint: soon after something was marked, at most ten times a second (once a second for people who
 * prefer less motion, except for what they do themselves), never while the page is hidden. Marks are collected until
 * then.
 */

const INTERVAL_MS = 100;
const INTERVAL_MS_CALM = 1_000;

export class Painter {
  /** @param {(marks: Set<string>) => void} paint */
  constructor(paint) {
    this._paint = paint;
    this._marks = new Set();
    this._timer = 0;
    this._paintedAt = -Infinity;
    this._calm = matchMedia('(prefers-reduced-motion: reduce)');
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.mark('choice');
    });
  }

  /** @param {string} name what changed; 'choice' is something the person did */
  mark(name) {
    const urgent = name === 'choice' && !this._marks.has('choice');
    this._marks.add(name);
    if (document.hidden || (this._timer !== 0 && !urgent)) return;
    clearTimeout(this._timer);
    const interval = this._calm.matches && !this._marks.has('choice') ? INTERVAL_MS_CALM : INTERVAL_MS;
    const wait = Math.max(0, this._paintedAt + interval - performance.now());
    this._timer = setTimeout(() => requestAnimationFrame(() => this._run()), wait);
  }

  _run() {
    this._timer = 0;
    if (document.hidden || this._marks.size === 0) return;
    this._paintedAt = performance.now();
    const marks = this._marks;
    this._marks = new Set();
    this._paint(marks);
  }
}
