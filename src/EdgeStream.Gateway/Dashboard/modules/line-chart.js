/**
 * Draws the lines of one column of a result onto a canvas, over the rows' time or number, with the grid, scale and
 * colours of the page's other charts. Each line has a dash pattern of its own, so that no one needs its colour. A point
 * that nothing stands beside is a dot.
 */

import { BOTTOM_PX, drawScale, GUTTER_PX, prepareCanvas, RIGHT_PX, TOP_PX } from './chart.js';
import { nearestPoint } from './result-lines.js';
import { countTicks, linearScale, timeTicks, valueDomain } from './scale.js';
import { formatUtcTick } from './sql-time.js';

const TICK_WIDTH_PX = 92;

/** Names in the palette and of classes (`line-0`…), in the order in which lines take them. */
export const LINE_COLORS = ['plain', 'bytes', 'temperature', 'percent', 'ink', 'muted'];
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2]];

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{lines: {label: string, xs: number[], ys: number[]}[], min: number, max: number,
 *   field: ReturnType<typeof import('./field.js').describeField>, span: {start: number, end: number}, timed: boolean,
 *   cursor: number | null, palette: Record<string, string>}} view
 */
export function drawLines(canvas, view) {
  const surface = prepareCanvas(canvas);
  if (surface === null) return;
  const { context, width, height } = surface;
  const x = linearScale(view.span.start, view.span.end, GUTTER_PX, width - RIGHT_PX);
  drawGrid(context, view, x, width, height);
  if (view.lines.length === 0) return;
  const domain = valueDomain(view.min, view.max, view.field.kind);
  const y = linearScale(domain.min, domain.max, height - BOTTOM_PX, TOP_PX);
  drawScale(context, view, domain, y, width);
  if (view.cursor !== null) drawCursor(context, view, x, height);
  view.lines.forEach((line, index) => drawLine(context, view, line, index, x, y));
}

/** The axis under all charts of a result, with the cursor's position. */
export function drawResultAxis(canvas, { span, timed, palette }) {
  const surface = prepareCanvas(canvas);
  if (surface === null) return;
  const { context, width, height } = surface;
  const x = linearScale(span.start, span.end, GUTTER_PX, width - RIGHT_PX);
  context.font = palette.font;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.fillStyle = palette.muted;
  for (const tick of ticksOf(span, timed, width)) {
    const text = timed ? formatUtcTick(tick, span.end - span.start) : String(tick);
    const half = context.measureText(text).width / 2;
    const position = Math.min(Math.max(x(tick), GUTTER_PX + half), width - half);
    context.fillText(text, Math.round(position), height / 2);
  }
}

/** The position on the axis under a place in a chart `widthPx` wide, within the span. */
export function positionAt(placePx, widthPx, span) {
  const at = linearScale(GUTTER_PX, widthPx - RIGHT_PX, span.start, span.end)(placePx);
  return Math.min(span.end, Math.max(span.start, at));
}

function ticksOf(span, timed, width) {
  const countMax = Math.max(2, Math.floor((width - GUTTER_PX) / TICK_WIDTH_PX));
  const ticks = timed ? timeTicks(span.start, span.end, countMax) : countTicks(span.start, span.end, countMax);
  return ticks.length > 0 ? ticks : [span.end];
}

function drawGrid(context, { span, timed, palette }, x, width, height) {
  context.strokeStyle = palette.hairline;
  context.lineWidth = 1;
  context.beginPath();
  for (const tick of ticksOf(span, timed, width)) {
    const position = Math.round(x(tick)) + 0.5;
    context.moveTo(position, TOP_PX);
    context.lineTo(position, height - BOTTOM_PX);
  }
  context.stroke();
}

function drawCursor(context, { cursor, palette }, x, height) {
  const position = Math.round(x(cursor)) + 0.5;
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(position, 0);
  context.lineTo(position, height);
  context.stroke();
}

function drawLine(context, { palette, cursor }, line, index, x, y) {
  const { xs, ys } = line;
  const color = palette[LINE_COLORS[index % LINE_COLORS.length]];
  context.strokeStyle = color;
  context.lineWidth = 1.4;
  context.setLineDash(DASHES[index % DASHES.length]);
  context.beginPath();
  for (let point = 0; point < xs.length; point++) context.lineTo(x(xs[point]), y(ys[point]));
  context.stroke();
  context.setLineDash([]);
  const marked = cursor === null ? xs.length - 1 : nearestPoint(line, cursor);
  context.beginPath();
  context.arc(x(xs[marked]), y(ys[marked]), 2.6, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = palette.surface;
  context.lineWidth = 1;
  context.stroke();
}
