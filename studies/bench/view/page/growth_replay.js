// The state of a growth after any step, from the events in it.

const AXON_STEPS = { a: [-1, 0], b: [1, 0], c: [0, -1], d: [0, 1], e: [-1, -1], f: [-1, 1], g: [1, -1], h: [1, 1] };
const CONNECTED = "-";

// Cells of the network: {x, y, isNeuron}; axons: lists of sites; edges: those made by then.
function growthAt(growth, step) {
  const { cells, edges } = growth;
  const shown = [];
  const axons = [];
  let neuron = 0;
  for (let i = 0; i < cells.x.length; i++) {
    const since = cells.differentiated[i];
    const isNeuron = since >= 0 && since <= step;
    if (cells.born[i] <= step) shown.push({ x: cells.x[i], y: cells.y[i], isNeuron });
    if (isNeuron) axons.push(axonAt(growth, i, growth.axons[neuron], step - since + 1));
    if (since >= 0) neuron++;
  }
  const made = [...edges.made.keys()].filter((e) => edges.made[e] <= step);
  return {
    cells: shown,
    axons: axons.filter((axon) => axon.length > 1),
    edges: made.map((e) => ({
      source: edges.source[e] - 1,
      target: edges.target[e] - 1,
      weight: edges.weight[e],
      isNew: edges.made[e] === step && step < growth.steps,
    })),
  };
}

// Sites as they would be without a border, so that lines do not jump.
function axonAt(growth, cell, story, letters) {
  let axon = [[growth.cells.x[cell], growth.cells.y[cell]]];
  for (const letter of story.slice(0, letters)) {
    if (letter === CONNECTED) axon = axon.slice(0, 1);
    else if (letter in AXON_STEPS) {
      const [x, y] = axon[axon.length - 1];
      axon.push([x + AXON_STEPS[letter][0], y + AXON_STEPS[letter][1]]);
    }
  }
  return axon;
}

// The shortest way on a torus of that size to what is so far away on the plane.
const shortestWay = (difference, size) => difference - size * Math.round(difference / size);

function describeGrowth(growth, state, step) {
  const neurons = state.cells.filter(({ isNeuron }) => isNeuron).length;
  const progenitors = state.cells.length - neurons;
  return (
    `Step ${step} of ${growth.steps}: ${plural(progenitors, "progenitor", "progenitors")}, ` +
    `${plural(neurons, "neuron", "neurons")}, ` +
    `${plural(state.axons.length, "axon on its way", "axons on their way")}, ` +
    `${plural(state.edges.length, "connection", "connections")}`
  );
}
