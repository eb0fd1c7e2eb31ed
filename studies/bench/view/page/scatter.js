// The plot: entries as points, a rectangle that selects, a click that opens.

const CLICK = 4; // pixels that a pointer may move in a click
const REACH = 12; // and how far from an entry it may be

class Scatter {
  constructor(state) {
    this.state = state;
    this.element = byId("plot");
    this.painter = new PointPainter();
    this.keys = new ScatterKeys(this, state);
    this.dragged = null;
    this.drawAll = oncePerFrame(() => this.#draw());
    this.drawMarks = oncePerFrame(() => this.#drawMarks());
    state.on("axes filters selection", this.drawAll);
    state.on("axes filters", () => this.#hover(-1));
    state.on("current", this.drawMarks);
    state.on("current", () => this.#sayCurrent());
    darkTheme.addEventListener("change", this.drawAll);
    new ResizeObserver(this.drawAll).observe(this.element);
    this.element.addEventListener("pointerdown", (event) => this.#down(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    this.element.addEventListener("pointerup", (event) => this.#up(event));
    this.element.addEventListener("pointercancel", () => this.#drop());
    this.element.addEventListener("pointerleave", () => this.#hover(-1));
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#draw();
  }

  #draw() {
    const { state } = this;
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    const context = fitCanvas(byId("points"), width, height);
    this.marks = fitCanvas(byId("marks"), width, height);
    this.projection = new Projection(state, frameOf(width, height));
    const { colour } = state.axes;
    const shades = shadesOf(state.columns[colour], state.extent(colour).usual);
    this.painter.paint(context, state, this.projection, shades);
    drawAxes(context, this.projection, {
      x: state.fields[state.axes.x].name,
      y: state.fields[state.axes.y].name,
    });
    this.#drawMarks();
    const { frame, ranges } = this.projection;
    this.element.dataset.frame = JSON.stringify({ ...frame, ...ranges });
  }

  // The rectangle, and rings around the entry under the cursor and the open one.
  #drawMarks() {
    const { marks, projection, state } = this;
    marks.clearRect(0, 0, this.element.clientWidth, this.element.clientHeight);
    const rectangle = this.dragged?.rectangle ?? this.keys.rectangle();
    if (rectangle) {
      const [left, top, right, bottom] = rectangle;
      marks.fillStyle = themeColour("brush");
      marks.strokeStyle = themeColour("accent");
      marks.lineWidth = 1.5;
      marks.fillRect(left, top, right - left, bottom - top);
      marks.strokeRect(left, top, right - left, bottom - top);
    }
    const ring = (row, radius, width) => {
      if (row < 0 || projection.px[row] === OUTSIDE) return;
      for (const [colour, extra] of [["surface", 3], ["mark", 0]]) {
        marks.beginPath();
        marks.arc(projection.px[row], projection.py[row], radius, 0, 2 * Math.PI);
        marks.strokeStyle = themeColour(colour);
        marks.lineWidth = width + extra;
        marks.stroke();
      }
    };
    ring(this.hovered ?? -1, 6, 1.5);
    ring(state.opened, 11, 2);
    if (state.current !== state.opened) ring(state.current, 7, 2.5);
  }

  #at(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #down(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.#hover(-1);
    this.dragged = { from: this.#at(event), rectangle: null };
  }

  #move(event) {
    const [x, y] = this.#at(event);
    if (!this.dragged) {
      this.#hover(this.projection.nearest(x, y, REACH));
      return;
    }
    const [fromX, fromY] = this.dragged.from;
    if (Math.hypot(x - fromX, y - fromY) > CLICK || this.dragged.rectangle) {
      this.dragged.rectangle = [
        Math.min(x, fromX), Math.min(y, fromY), Math.max(x, fromX), Math.max(y, fromY),
      ];
      this.drawMarks();
    }
  }

  #up(event) {
    const { dragged } = this;
    if (!dragged) return;
    this.dragged = null;
    if (dragged.rectangle) {
      this.selectIn(dragged.rectangle, event.shiftKey);
      return;
    }
    const row = this.projection.nearest(...this.#at(event), REACH);
    if (row >= 0) this.state.open(row);
  }

  #drop() {
    this.dragged = null;
    this.drawMarks();
  }

  #hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.element.classList.toggle("over", row >= 0);
    this.drawMarks();
    if (row >= 0) this.say(this.#words(row), true);
    else this.#sayCurrent();
  }

  selectIn(rectangle, add) {
    const [left, top, right, bottom] = rectangle;
    const { projection, state } = this;
    state.brushed = {
      x: [projection.fromX(left), projection.fromX(right)],
      y: [projection.fromY(bottom), projection.fromY(top)],
    };
    state.select([...projection.inRectangle(left, top, right, bottom)], { add });
  }

  toggleZoom() {
    const { state } = this;
    state.setZoom(state.zoom === null ? state.brushed : null);
  }

  // The place under the pointer stays where it is.
  #wheel(event) {
    event.preventDefault();
    const [x, y] = this.#at(event);
    const { projection, state } = this;
    const factor = Math.exp(Math.max(-100, Math.min(100, event.deltaY)) * 0.003);
    const around = ([low, high], place) =>
      [low, high].map((end) => place + (end - place) * factor);
    state.setZoom({
      x: around(projection.ranges.x, projection.fromX(x)),
      y: around(projection.ranges.y, projection.fromY(y)),
    });
  }

  #words(row) {
    const { axes, columns, fields, numbers } = this.state;
    const shown = [...new Set([axes.x, axes.y, axes.colour])];
    const values = shown.map((f) => `${fields[f].name} ${formatNumber(columns[f][row])}`);
    return [`Entry ${numbers[row]}`, ...values].join(" · ");
  }

  #sayCurrent() {
    const { current } = this.state;
    this.say(current >= 0 ? this.#words(current) : "");
  }

  // What only the pointer passes over is not read aloud.
  say(text, quietly = false) {
    const element = byId("pointed");
    element.setAttribute("aria-live", quietly ? "off" : "polite");
    element.textContent = text || "\u00a0";
  }
}
