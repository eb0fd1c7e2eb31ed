// The plot by keyboard: walking from entry to entry, and a rectangle between two of them.

const STEP = 4; // pixels at least from one entry to the next
const LEAP = 60; // with Shift
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class ScatterKeys {
  constructor(scatter, state) {
    this.scatter = scatter;
    this.state = state;
    this.corner = null; // the row where a rectangle begins
    scatter.element.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key in DIRECTIONS) this.#walk(DIRECTIONS[key], event.shiftKey ? LEAP : STEP);
    else if (key === "Enter") this.#open();
    else if (key === " ") this.#setCorner();
    else if (key === "Escape") this.#leave();
    else if (key === "z" || key === "Z") this.scatter.toggleZoom();
    else return;
    event.preventDefault();
  }

  #place() {
    const { px, py, frame } = this.scatter.projection;
    const row = this.state.current;
    if (row >= 0 && px[row] !== OUTSIDE && this.state.passes[row]) return [px[row], py[row], true];
    return [frame.left + frame.width / 2, frame.top + frame.height / 2, false];
  }

  #walk(direction, atLeast) {
    const [x, y, known] = this.#place();
    const { projection } = this.scatter;
    const row = known
      ? projection.towards(x, y, direction, atLeast)
      : projection.nearest(x, y, 2 * Math.max(projection.frame.width, projection.frame.height));
    if (row < 0) return;
    this.state.setCurrent(row);
    if (this.corner !== null) this.scatter.drawMarks();
  }

  #open() {
    if (this.state.current >= 0) this.state.open(this.state.current);
  }

  #setCorner() {
    const row = this.state.current;
    if (row < 0) return;
    if (this.corner === null) {
      this.corner = row;
      this.scatter.say("One corner is set: walk to the opposite one and press Space.");
      return;
    }
    const rectangle = this.rectangle();
    this.corner = null;
    this.scatter.selectIn(rectangle, false);
  }

  // From the corner to the entry under the cursor.
  rectangle() {
    if (this.corner === null || this.state.current < 0) return null;
    const { px, py } = this.scatter.projection;
    const rows = [this.corner, this.state.current];
    const [xs, ys] = [rows.map((row) => px[row]), rows.map((row) => py[row])];
    return [Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 1, Math.max(...ys) + 1];
  }

  #leave() {
    if (this.corner !== null) {
      this.corner = null;
      this.scatter.drawMarks();
    } else if (this.state.opened >= 0) this.state.open(-1);
    else if (this.state.selectedCount) this.state.clearSelection();
    else this.state.setCurrent(-1);
  }
}
