/**
 * A bounded series of one numeric field over time.
 *
 * Samples are kept in buckets of at least `bucketMs`: a sample that falls into the newest bucket is folded into it
 * (minimum, maximum and last value survive), so that a device that sends a thousand readings a second costs no more
 * than one that sends one a second, and no spike is lost from the drawing. When `capacity` buckets exist the oldest
 * is overwritten. Storage starts small and doubles, so that a quiet field stays cheap.
 *
 * Times are milliseconds since the epoch and never go backwards inside a series: an older sample is refused, unless
 * it is so much older (`resetMs`) that the device's clock must have been set back; then the series starts again.
 */

const CAPACITY_INITIAL = 32;

export class TimeSeries {
  /** @param {{capacity?: number, bucketMs?: number, resetMs?: number}} [options] */
  constructor({ capacity = 900, bucketMs = 1000, resetMs = 900_000 } = {}) {
    this.capacity = capacity;
    this.bucketMs = bucketMs;
    this.resetMs = resetMs;
    this.count = 0;
    this._head = 0;
    this._newestTime = -Infinity;
    this._allocate(Math.min(CAPACITY_INITIAL, capacity));
  }

  /** The time of the newest sample, which may be later than the start of its bucket. `-Infinity` when empty. */
  get newestTime() {
    return this._newestTime;
  }

  /**
   * Adds a sample.
   * @param {number} time @param {number} value
   * @returns {boolean} false when the sample is not finite, or not newer than the newest one.
   */
  add(time, value) {
    if (!Number.isFinite(time) || !Number.isFinite(value)) return false;
    if (time <= this._newestTime) {
      if (this._newestTime - time < this.resetMs) return false;
      this.clear();
    }
    this._newestTime = time;
    if (this.count > 0) {
      const newest = this._slot(this.count - 1);
      if (time - this._times[newest] < this.bucketMs) {
        this._last[newest] = value;
        if (value < this._min[newest]) this._min[newest] = value;
        if (value > this._max[newest]) this._max[newest] = value;
        return true;
      }
    }
    this._append(time, value);
    return true;
  }

  /** Forgets every sample; storage is kept. */
  clear() {
    this.count = 0;
    this._head = 0;
    this._newestTime = -Infinity;
  }

  /** Bucket fields by index, 0 = oldest. The index must be in [0, count). */
  timeAt(index) { return this._times[this._slot(index)]; }
  minAt(index) { return this._min[this._slot(index)]; }
  maxAt(index) { return this._max[this._slot(index)]; }
  lastAt(index) { return this._last[this._slot(index)]; }

  /** @returns {number} the value of the newest sample, or NaN when empty. */
  get newestValue() {
    return this.count === 0 ? NaN : this.lastAt(this.count - 1);
  }

  /** @returns {number} the index of the first bucket at or after `time`; `count` when there is none. */
  indexAtOrAfter(time) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @returns {number} the index of the bucket whose start is nearest to `time`, or -1 when empty. */
  indexNearest(time) {
    if (this.count === 0) return -1;
    const after = this.indexAtOrAfter(time);
    if (after === 0) return 0;
    if (after === this.count) return this.count - 1;
    return time - this.timeAt(after - 1) <= this.timeAt(after) - time ? after - 1 : after;
  }

  /** @returns {{min: number, max: number} | null} the extremes of buckets at or after `time`, null when none. */
  extentSince(time) {
    let min = Infinity;
    let max = -Infinity;
    for (let index = this.indexAtOrAfter(time); index < this.count; index++) {
      const slot = this._slot(index);
      if (this._min[slot] < min) min = this._min[slot];
      if (this._max[slot] > max) max = this._max[slot];
    }
    return min <= max ? { min, max } : null;
  }

  _slot(index) {
    const slot = this._head + index;
    return slot < this._times.length ? slot : slot - this._times.length;
  }

  _append(time, value) {
    if (this.count === this._times.length) {
      if (this._times.length < this.capacity) this._grow();
      else {
        this._head = this._slot(1);
        this.count--;
      }
    }
    const slot = this._slot(this.count++);
    this._times[slot] = time;
    this._min[slot] = value;
    this._max[slot] = value;
    this._last[slot] = value;
  }

  _allocate(length) {
    this._times = new Float64Array(length);
    this._min = new Float64Array(length);
    this._max = new Float64Array(length);
    this._last = new Float64Array(length);
  }

  _grow() {
    const old = [this._times, this._min, this._max, this._last];
    const order = Array.from({ length: this.count }, (_, index) => this._slot(index));
    this._allocate(Math.min(this._times.length * 2, this.capacity));
    [this._times, this._min, this._max, this._last].forEach((column, index) => {
      order.forEach((slot, position) => { column[position] = old[index][slot]; });
    });
    this._head = 0;
  }
}
