/** A tiny line of recent rates as SVG: crisp at any size, and cheap enough to replace once a second. */

const NAMESPACE = 'http://www.w3.org/2000/svg';
const WIDTH = 100;
const HEIGHT = 24;
const POINTS_MIN = 15;
/** A full height means at least one a second, so that a record now and then stays low. */
const RATE_TOP_MIN = 1;

export class Sparkline {
  /** @param {string} className */
  constructor(className) {
    this.node = document.createElementNS(NAMESPACE, 'svg');
    this.node.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    this.node.setAttribute('preserveAspectRatio', 'none');
    this.node.setAttribute('class', `sparkline ${className}`);
    this.node.setAttribute('aria-hidden', 'true');
    this._area = this._shape('polygon', 'sparkline-area');
    this._line = this._shape('polyline', 'sparkline-line');
  }

  /** @param {number[]} points oldest first; a short history is drawn wider, so that a fresh page shows something */
  update(points) {
    const line = sparklinePoints(points, Math.max(points.length, POINTS_MIN), WIDTH, HEIGHT);
    this._line.setAttribute('points', line);
    const first = line.split(',', 1)[0];
    this._area.setAttribute('points', line === '' ? '' : `${first},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`);
  }

  _shape(tag, className) {
    const shape = document.createElementNS(NAMESPACE, tag);
    shape.setAttribute('class', className);
    this.node.append(shape);
    return shape;
  }
}

/**
 * The points of a polyline, the newest at the right edge, zero at the bottom. `count` points fill the width.
 * @returns {string} "x,y x,y …"; empty for fewer than two points
 */
export function sparklinePoints(points, count, width, height) {
  if (points.length < 2) return '';
  const top = Math.max(...points, RATE_TOP_MIN);
  const step = width / (count - 1);
  return points.map((value, index) => {
    const x = width - (points.length - 1 - index) * step;
    const y = height - 1 - Math.max(0, value) / top * (height - 3);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  }).join(' ');
}
