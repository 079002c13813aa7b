/**
 * Draws one numeric field over a time window onto a canvas: grid, the band between each bucket's extremes, the line
 * of last values, an alert's threshold, the cursor. Simulated data are hatched under the line, so that they can't be
 * taken for measurements even in a picture without its caption.
 *
 * A canvas is sized to its box and the device's pixels on every draw, so that lines are one pixel sharp on any
 * screen. Drawing reads at most one window of buckets and allocates nothing that grows with time.
 */

import { formatClock } from './format.js';
import { formatValue } from './field.js';
import { linearScale, timeTicks, valueDomain } from './scale.js';

export const GUTTER_PX = 46;
export const RIGHT_PX = 6;
export const TOP_PX = 6;
export const BOTTOM_PX = 4;
const TICK_WIDTH_PX = 48;
const HATCH_PX = 5;

const KIND_COLORS = { temperature: 'temperature', percent: 'percent', bytes: 'bytes', 'bytes-per-second': 'bytes' };

/** The palette's colour name for a kind of quantity: the same everywhere on the page. */
export function kindColor(kind) {
  return KIND_COLORS[kind] ?? 'plain';
}

/** The time under a horizontal position in a chart `widthPx` wide. */
export function timeAtPosition(positionPx, widthPx, startMs, endMs) {
  return linearScale(GUTTER_PX, widthPx - RIGHT_PX, startMs, endMs)(positionPx);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{series: import('./time-series.js').TimeSeries, field: ReturnType<typeof import('./field.js').describeField>,
 *   startMs: number, endMs: number, cursorMs: number | null, simulated: boolean,
 *   threshold: {value: number, tone: 'critical' | 'warning' | 'info'} | null, palette: Record<string, string>}} view
 */
export function drawChart(canvas, view) {
  const surface = prepareCanvas(canvas);
  if (surface === null) return;
  const { context, width, height } = surface;
  const { series, palette } = view;
  const x = linearScale(view.startMs, view.endMs, GUTTER_PX, width - RIGHT_PX);
  const extent = series.extentSince(view.startMs);
  const domain = domainOf(extent, view);
  const y = linearScale(domain.min, domain.max, height - BOTTOM_PX, TOP_PX);

  drawGrid(context, view, x, width, height);
  if (extent !== null) drawScale(context, view, domain, y, width);
  drawThreshold(context, view, domain, y, width);
  if (extent === null) {
    drawSilence(context, palette, width, height);
    return;
  }
  context.save();
  context.beginPath();
  context.rect(GUTTER_PX, 0, width - GUTTER_PX, height);
  context.clip();
  const first = Math.max(0, series.indexAtOrAfter(view.startMs) - 1);
  for (const run of runs(series, first)) drawRun(context, view, run, x, y, height);
  drawMarker(context, view, x, y, height);
  context.restore();
}

/** The time axis shared by a card's charts, with the cursor's time. */
export function drawTimeAxis(canvas, { startMs, endMs, cursorMs, palette }) {
  const surface = prepareCanvas(canvas);
  if (surface === null) return;
  const { context, width, height } = surface;
  const x = linearScale(startMs, endMs, GUTTER_PX, width - RIGHT_PX);
  context.font = palette.font;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.fillStyle = palette.muted;
  const withSeconds = endMs - startMs < 120_000;
  const cursorX = cursorMs === null ? -Infinity : x(cursorMs);
  for (const time of timeTicks(startMs, endMs, Math.floor((width - GUTTER_PX) / TICK_WIDTH_PX))) {
    const position = Math.min(Math.max(x(time), GUTTER_PX + 14), width - 26);
    if (Math.abs(position - cursorX) <= 46) continue;
    context.fillText(formatClock(time, withSeconds), Math.round(position), height / 2);
  }
  if (cursorMs !== null) {
    context.fillStyle = palette.ink;
    const position = Math.round(Math.min(Math.max(cursorX, GUTTER_PX + 18), width - 28));
    context.fillText(formatClock(cursorMs), position, height / 2);
  }
}

/** Gives a canvas's pixels back; it is blank until drawn again. */
export function releaseCanvas(canvas) {
  canvas.width = 0;
  canvas.height = 0;
}

/**
 * Sizes a canvas to its box and clears it.
 * @returns {{context: CanvasRenderingContext2D, width: number, height: number} | null} null where it has no room
 */
export function prepareCanvas(canvas) {
  const box = canvas.getBoundingClientRect();
  if (box.width < GUTTER_PX * 2 || box.height < 8) return null;
  // Columns end between pixels; a browser paints the box from rounded edge to rounded edge. A bitmap of any other size
  // would be stretched by a pixel and look soft.
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const pixelWidth = Math.round(box.right * ratio) - Math.round(box.left * ratio);
  const pixelHeight = Math.round(box.bottom * ratio) - Math.round(box.top * ratio);
  const width = pixelWidth / ratio;
  const height = pixelHeight / ratio;
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.lineJoin = 'round';
  return { context, width, height };
}

/** An alert's threshold widens the range when that costs no more than half of the picture. */
function domainOf(extent, { field, threshold }) {
  if (extent === null) return { min: 0, max: 1 };
  let { min, max } = extent;
  if (threshold !== null && Math.abs(threshold.value - (min + max) / 2) <= 2 * (max - min)) {
    min = Math.min(min, threshold.value);
    max = Math.max(max, threshold.value);
  }
  return valueDomain(min, max, field.kind);
}

function drawGrid(context, view, x, width, height) {
  context.strokeStyle = view.palette.hairline;
  context.lineWidth = 1;
  context.beginPath();
  const countMax = Math.floor((width - GUTTER_PX) / TICK_WIDTH_PX);
  for (const time of timeTicks(view.startMs, view.endMs, countMax)) {
    const position = Math.round(x(time)) + 0.5;
    context.moveTo(position, TOP_PX);
    context.lineTo(position, height - BOTTOM_PX);
  }
  context.stroke();
}

/** The domain's two ends, as lines with their values. */
export function drawScale(context, { field, palette }, domain, y, width) {
  context.font = palette.font;
  context.textAlign = 'right';
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.hairline;
  for (const value of [domain.max, domain.min]) {
    const position = Math.round(y(value)) + 0.5;
    context.beginPath();
    context.moveTo(GUTTER_PX, position);
    context.lineTo(width - RIGHT_PX, position);
    context.stroke();
    context.textBaseline = value === domain.max ? 'top' : 'bottom';
    context.fillText(axisLabel(field, value), GUTTER_PX - 6, value === domain.max ? position - 5 : position + 4);
  }
}

/** Bytes carry their unit, which changes with size; other units stand beside the value in the legend. */
function axisLabel(field, value) {
  const { text, unit } = formatValue(field, value);
  const short = text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
  return field.kind.startsWith('bytes') ? `${short} ${unit.split('/')[0]}` : short;
}

function drawThreshold(context, { threshold, palette }, domain, y, width) {
  if (threshold === null || threshold.value < domain.min || threshold.value > domain.max) return;
  const position = Math.round(y(threshold.value)) + 0.5;
  context.strokeStyle = palette[threshold.tone];
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(GUTTER_PX, position);
  context.lineTo(width - RIGHT_PX, position);
  context.stroke();
  context.setLineDash([]);
}

function drawSilence(context, palette, width, height) {
  context.font = palette.font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = palette.muted;
  context.fillText('no reading in this window', (GUTTER_PX + width) / 2, height / 2);
}

/** Stretches without a gap: a gap is four times the usual distance of samples, and at least ten seconds. */
function* runs(series, first) {
  const spanMs = series.timeAt(series.count - 1) - series.timeAt(first);
  const gapMs = Math.max(10_000, spanMs / Math.max(1, series.count - 1 - first) * 4);
  let start = first;
  for (let index = first + 1; index <= series.count; index++) {
    if (index < series.count && series.timeAt(index) - series.timeAt(index - 1) <= gapMs) continue;
    yield { start, end: index };
    start = index;
  }
}

function drawRun(context, view, { start, end }, x, y, height) {
  const { series, palette } = view;
  const color = palette[kindColor(view.field.kind)];
  const floor = height - BOTTOM_PX;
  if (end - start === 1) {
    context.fillStyle = color;
    context.fillRect(x(series.timeAt(start)) - 1, y(series.lastAt(start)) - 1, 2.5, 2.5);
    return;
  }
  const line = new Path2D();
  const band = new Path2D();
  for (let index = start; index < end; index++) {
    line.lineTo(x(series.timeAt(index)), y(series.lastAt(index)));
    band.lineTo(x(series.timeAt(index)), y(series.maxAt(index)));
  }
  const area = new Path2D(line);
  area.lineTo(x(series.timeAt(end - 1)), floor);
  area.lineTo(x(series.timeAt(start)), floor);
  area.closePath();
  for (let index = end - 1; index >= start; index--) band.lineTo(x(series.timeAt(index)), y(series.minAt(index)));
  band.closePath();

  if (view.simulated) hatch(context, area, color, x(series.timeAt(start)), x(series.timeAt(end - 1)), height);
  else fill(context, area, color, 0.1);
  fill(context, band, color, 0.3);
  context.strokeStyle = color;
  context.lineWidth = 1.4;
  context.stroke(line);
}

function fill(context, path, color, alpha) {
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.fill(path);
  context.globalAlpha = 1;
}

function hatch(context, area, color, fromPx, toPx, height) {
  context.save();
  context.clip(area);
  context.globalAlpha = 0.4;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let position = Math.floor((fromPx - height) / HATCH_PX) * HATCH_PX; position < toPx; position += HATCH_PX) {
    context.moveTo(position, height);
    context.lineTo(position + height, 0);
  }
  context.stroke();
  context.restore();
}

/** The dot on the newest sample, or the cursor's line and the dot on the sample nearest to it. */
function drawMarker(context, view, x, y, height) {
  const { series, palette } = view;
  let index = series.count - 1;
  if (view.cursorMs !== null) {
    index = series.indexNearest(view.cursorMs);
    const position = Math.round(x(view.cursorMs)) + 0.5;
    context.strokeStyle = palette.muted;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(position, 0);
    context.lineTo(position, height);
    context.stroke();
  }
  context.beginPath();
  context.arc(x(series.timeAt(index)), y(series.lastAt(index)), 2.6, 0, 2 * Math.PI);
  context.fillStyle = palette[kindColor(view.field.kind)];
  context.fill();
  context.strokeStyle = palette.surface;
  context.lineWidth = 1;
  context.stroke();
}
