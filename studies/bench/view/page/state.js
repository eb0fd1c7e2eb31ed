// What is shown, and who is told when that changes.

class State {
  constructor(described, numbers, columns) {
    this.title = described.title;
    this.count = described.count;
    this.fields = described.columns; // name, group, summary
    this.numbers = numbers;
    this.columns = columns;
    const [x, y, colour] = described.axes;
    this.axes = { x, y, colour };
    this.filters = []; // {field, low, high}
    this.passes = new Uint8Array(this.count).fill(1);
    this.selected = new Uint8Array(this.count);
    this.shownCount = this.count;
    this.selectedCount = 0;
    this.zoom = null; // {x: [low, high], y: [low, high]}
    this.brushed = null; // the same of the last rectangle
    this.current = -1; // the row under the keyboard's cursor
    this.opened = -1;
    this.listeners = new Map();
    this.extents = new Map();
  }

  on(kinds, listener) {
    for (const kind of kinds.split(" ")) {
      this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listener]);
    }
  }

  tell(kind) {
    for (const listener of this.listeners.get(kind) ?? []) listener();
  }

  // Least and largest value of a field, percentiles 1 and 99, missing values.
  extent(field) {
    if (!this.extents.has(field)) this.extents.set(field, extentOf(this.columns[field]));
    return this.extents.get(field);
  }

  setAxis(axis, field) {
    this.axes[axis] = field;
    if (axis !== "colour") {
      this.zoom = null;
      this.brushed = null;
    }
    this.tell("axes");
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.tell("axes");
  }

  // Entries without a value in a filtered field do not pass.
  filter() {
    this.passes.fill(1);
    for (const { field, low, high } of this.filters) {
      const values = this.columns[field];
      for (let i = 0; i < this.count; i++) {
        if (!(values[i] >= low && values[i] <= high)) this.passes[i] = 0;
      }
    }
    this.#count();
    this.tell("filters");
  }

  select(rows, { add = false } = {}) {
    if (!add) this.selected.fill(0);
    for (const row of rows) this.selected[row] = 1;
    this.#count();
    this.tell("selection");
  }

  clearSelection() {
    this.brushed = null;
    this.select([]);
  }

  #count() {
    let shown = 0;
    let chosen = 0;
    for (let i = 0; i < this.count; i++) {
      shown += this.passes[i];
      chosen += this.passes[i] & this.selected[i];
    }
    this.shownCount = shown;
    this.selectedCount = chosen;
  }

  // Rows of the selection, or of all that pass the filters where nothing is selected.
  chosenRows(most = Infinity) {
    const rows = [];
    for (let i = 0; i < this.count && rows.length < most; i++) {
      if (this.passes[i] && (this.selectedCount === 0 || this.selected[i])) rows.push(i);
    }
    return rows;
  }

  setCurrent(row) {
    this.current = row;
    this.tell("current");
  }

  open(row) {
    this.opened = row;
    if (row >= 0) this.current = row;
    this.tell("current");
    this.tell("opened");
  }
}
