// A tissue as it is drawn: cells at their sites, axons, connections the short way round the torus.

class TissueCanvas {
  constructor(canvas) {
    this.canvas = canvas;
  }

  draw(growth, state, layers) {
    const [sizeX, sizeY] = growth.size;
    const width = Math.max(120, this.canvas.parentElement.clientWidth);
    const site = Math.min(width / sizeX, 440 / sizeY);
    this.context = fitCanvas(this.canvas, site * sizeX, site * sizeY);
    this.site = site;
    this.size = growth.size;
    const { context } = this;
    context.fillStyle = themeColour("tissue");
    context.fillRect(0, 0, site * sizeX, site * sizeY);
    if (layers.connections) this.#drawEdges(growth, state.edges);
    if (layers.axons) this.#drawAxons(state.axons);
    if (layers.cells) this.#drawCells(state.cells);
  }

  // y points up, as in the package's other drawings.
  #toX = (x) => (x + 0.5) * this.site;
  #toY = (y) => (this.size[1] - 0.5 - y) * this.site;

  #drawCells(cells) {
    const { context, site } = this;
    const radius = site * 0.26;
    context.lineWidth = Math.max(0.5, site * 0.05);
    context.strokeStyle = themeColour("tissue");
    for (const isNeuron of [false, true]) {
      context.fillStyle = themeColour(isNeuron ? "neuron" : "progenitor");
      for (const cell of cells) {
        if (cell.isNeuron !== isNeuron) continue;
        const [x, y] = [this.#toX(cell.x), this.#toY(cell.y)];
        context.beginPath();
        if (isNeuron) context.arc(x, y, radius, 0, 2 * Math.PI);
        else context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
        context.fill();
        context.stroke();
      }
    }
  }

  // What leaves over a border comes in at the opposite one: drawn again, shifted by the torus.
  #shifts(points) {
    return [0, 1].map((axis) => {
      const values = points.map((point) => point[axis]);
      const turns = [];
      const size = this.size[axis];
      const first = Math.floor((Math.min(...values) + 0.5) / size);
      const last = Math.floor((Math.max(...values) + 0.5) / size);
      for (let turn = first; turn <= last; turn++) turns.push(-turn * size);
      return turns;
    });
  }

  #onTorus(points, draw) {
    const [across, along] = this.#shifts(points);
    for (const dx of across) {
      for (const dy of along) draw(points.map(([x, y]) => [this.#toX(x + dx), this.#toY(y + dy)]));
    }
  }

  #drawAxons(axons) {
    const { context, site } = this;
    context.lineJoin = "round";
    context.lineCap = "round";
    for (const [colour, width] of [["tissue", 0.2], ["axon", 0.1]]) {
      context.strokeStyle = themeColour(colour);
      context.fillStyle = themeColour(colour);
      context.lineWidth = Math.max(1, width * site);
      for (const axon of axons) {
        this.#onTorus(axon, (points) => {
          context.beginPath();
          points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
          context.stroke();
          if (colour === "tissue") return;
          context.beginPath();
          context.arc(...points[points.length - 1], Math.max(1.5, 0.14 * site), 0, 2 * Math.PI);
          context.fill();
        });
      }
    }
  }

  #drawEdges(growth, edges) {
    const { low, high } = weightScale(growth.edges.weight);
    const fresh = themeColour("fresh");
    for (const edge of [...edges].sort((a, b) => a.weight - b.weight)) {
      const share = (edge.weight - low) / (high - low);
      const colour = edge.isNew ? fresh : cssColour(weightColour(share));
      this.#drawEdge(growth, edge, colour);
    }
  }

  // Bowed to the left of its way, so that the two directions of a pair stay apart.
  #drawEdge({ cells }, { source, target, isNew }, colour) {
    const { context, site } = this;
    const [x, y] = [cells.x[source], cells.y[source]];
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = Math.max(0.6, site * (isNew ? 0.1 : 0.06));
    if (source === target) {
      context.beginPath();
      context.arc(this.#toX(x + 0.24), this.#toY(y + 0.24), 0.17 * site, Math.PI * 0.6, Math.PI * 2.4);
      context.stroke();
      return;
    }
    const dx = shortestWay(cells.x[target] - x, this.size[0]);
    const dy = shortestWay(cells.y[target] - y, this.size[1]);
    const bend = [x + dx / 2 - 0.15 * dy, y + dy / 2 + 0.15 * dx];
    const [fromX, fromY, toX, toY] = rims([x, y], bend, [x + dx, y + dy], 0.3);
    this.#onTorus([[fromX, fromY], bend, [toX, toY]], ([a, b, c]) => {
      context.beginPath();
      context.moveTo(...a);
      context.quadraticCurveTo(...b, ...c);
      context.stroke();
      arrowHead(context, b, c, Math.max(2.4, 0.2 * site));
    });
  }
}

// One outlier among many is not to pale all others.
function weightScale(weights) {
  const sorted = [...weights].sort((a, b) => a - b);
  const [from, to] = sorted.length > 50 ? [0.02, 0.98] : [0, 1];
  const low = quantile(sorted, from);
  return { low, high: Math.max(quantile(sorted, to), low + 0.001) };
}

// Heavy connections stand out: dark on light ground, light on dark.
function weightColour(share) {
  const part = 0.75 * Math.min(1, Math.max(0, share));
  return shadeColour(darkTheme.matches ? 0.25 + part : 0.75 - part);
}

// Where the line leaves the source's disc and reaches the target's.
function rims(from, bend, to, radius) {
  const on = (start, end) => {
    const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
    return [0, 1].map((axis) => start[axis] + (radius * (end[axis] - start[axis])) / length);
  };
  return [...on(from, bend), ...on(to, bend)];
}

function arrowHead(context, [fromX, fromY], [x, y], length) {
  const angle = Math.atan2(y - fromY, x - fromX);
  context.beginPath();
  context.moveTo(x, y);
  for (const turn of [2.75, -2.75]) {
    context.lineTo(x + length * Math.cos(angle + turn), y + length * Math.sin(angle + turn));
  }
  context.fill();
}
