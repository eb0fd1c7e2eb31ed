// Where entries are in the plot, in CSS pixels, and who is near a place.

const CELL = 16; // pixels of a cell of the index
const OUTSIDE = -1e6;

class Projection {
  constructor(state, frame) {
    this.frame = frame; // {left, top, width, height}
    this.ranges = {
      x: state.zoom?.x ?? paddedRange(state.extent(state.axes.x)),
      y: state.zoom?.y ?? paddedRange(state.extent(state.axes.y)),
    };
    this.count = state.count;
    this.passes = state.passes;
    this.px = new Float32Array(state.count);
    this.py = new Float32Array(state.count);
    this.missing = 0; // of those that pass the filters
    const xs = state.columns[state.axes.x];
    const ys = state.columns[state.axes.y];
    for (let i = 0; i < state.count; i++) {
      const x = this.toX(xs[i]);
      const y = this.toY(ys[i]);
      const known = x === x && y === y;
      if (!known && this.passes[i]) this.missing++;
      const inside =
        x >= frame.left - 1 && x <= frame.left + frame.width + 1 &&
        y >= frame.top - 1 && y <= frame.top + frame.height + 1;
      this.px[i] = inside ? x : OUTSIDE;
      this.py[i] = inside ? y : OUTSIDE;
    }
    this.#index();
  }

  toX(value) {
    const [low, high] = this.ranges.x;
    return this.frame.left + ((value - low) / (high - low)) * this.frame.width;
  }

  toY(value) {
    const [low, high] = this.ranges.y;
    return this.frame.top + (1 - (value - low) / (high - low)) * this.frame.height;
  }

  fromX(pixel) {
    const [low, high] = this.ranges.x;
    return low + ((pixel - this.frame.left) / this.frame.width) * (high - low);
  }

  fromY(pixel) {
    const [low, high] = this.ranges.y;
    return low + (1 - (pixel - this.frame.top) / this.frame.height) * (high - low);
  }

  // Lists of the entries in each cell, of those that pass the filters.
  #index() {
    this.across = Math.ceil((this.frame.left + this.frame.width) / CELL) + 2;
    this.down = Math.ceil((this.frame.top + this.frame.height) / CELL) + 2;
    this.first = new Int32Array(this.across * this.down).fill(-1);
    this.next = new Int32Array(this.count);
    for (let i = this.count - 1; i >= 0; i--) {
      if (!this.passes[i] || this.px[i] === OUTSIDE) continue;
      const cell = this.#cell(this.px[i], this.py[i]);
      this.next[i] = this.first[cell];
      this.first[cell] = i;
    }
  }

  #cell(x, y) {
    const column = Math.min(this.across - 1, Math.max(0, Math.floor(x / CELL)));
    const row = Math.min(this.down - 1, Math.max(0, Math.floor(y / CELL)));
    return row * this.across + column;
  }

  *inRectangle(left, top, right, bottom) {
    const columns = [left, right].map((x) => Math.floor(x / CELL));
    const rows = [top, bottom].map((y) => Math.floor(y / CELL));
    for (let r = Math.max(0, rows[0]); r <= Math.min(this.down - 1, rows[1]); r++) {
      for (let c = Math.max(0, columns[0]); c <= Math.min(this.across - 1, columns[1]); c++) {
        for (let i = this.first[r * this.across + c]; i >= 0; i = this.next[i]) {
          const [x, y] = [this.px[i], this.py[i]];
          if (x >= left && x <= right && y >= top && y <= bottom) yield i;
        }
      }
    }
  }

  // The row nearest to a place, -1 where there is none so near.
  nearest(x, y, within) {
    let [best, found] = [within * within, -1];
    for (const i of this.inRectangle(x - within, y - within, x + within, y + within)) {
      const away = (this.px[i] - x) ** 2 + (this.py[i] - y) ** 2;
      if (away <= best) [best, found] = [away, i];
    }
    return found;
  }

  // The row that is nearest in a direction, at least so many pixels on; what lies aside is farther.
  towards(x, y, [dx, dy], atLeast) {
    let [best, found] = [Infinity, -1];
    for (let i = 0; i < this.count; i++) {
      if (this.px[i] === OUTSIDE || !this.passes[i]) continue;
      const [ax, ay] = [this.px[i] - x, this.py[i] - y];
      const along = ax * dx + ay * dy;
      if (along < atLeast) continue;
      const away = along + 3 * Math.abs(ax * dy - ay * dx);
      if (away < best) [best, found] = [away, i];
    }
    return found;
  }
}

function paddedRange({ low, high }) {
  const room = high > low ? 0.03 * (high - low) : Math.max(Math.abs(low) * 0.05, 0.5);
  return [low - room, high + room];
}
