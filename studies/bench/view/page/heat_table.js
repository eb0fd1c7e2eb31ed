// Small tables of numbers on the colour of their size.

function heatTable(caption, matrix, { rowNames, columnNames, high } = {}) {
  const rows = Array.isArray(matrix) ? matrix.filter(Array.isArray) : [];
  const known = rows.flat().filter(Number.isFinite);
  const top = high ?? Math.max(1e-9, ...known.slice(0, 4096));
  const heads = columnNames ? [make("tr", {}, rowNames ? make("td") : [], columnNames.map((name) => make("th", { scope: "col" }, name)))] : [];
  const body = rows.map((row, r) =>
    make(
      "tr",
      {},
      rowNames ? make("th", { scope: "row" }, rowNames[r] ?? r) : [],
      row.map((value) => heatCell(value, value / top)),
    ),
  );
  return make("table", { class: "heat" }, make("caption", {}, caption), heads, body);
}

function heatCell(value, share) {
  const text = Number.isFinite(value) && Math.abs(value) < 1000 ? value.toFixed(3) : formatNumber(value, 3);
  const cell = make("td", {}, text);
  if (Number.isFinite(value)) {
    const colour = shadeColour(share);
    cell.style.backgroundColor = cssColour(colour);
    cell.style.color = inkOn(colour);
  }
  return cell;
}

// The genome's arrays, whatever they are: rates, inhibition, kernels.
function genomeTables(genome) {
  const { progenitor_secretion_rates: progenitor, neuron_secretion_rates: neuron } = genome;
  const rates = [progenitor, neuron].filter(Array.isArray);
  const names = (rates[0] ?? []).map((_, k) => `m${k}`);
  const tables = [];
  if (rates.length) {
    const rowNames = ["progenitor", "neuron"];
    tables.push(heatTable("Secretion rates", rates, { rowNames, columnNames: names }));
  }
  if (Array.isArray(genome.inhibition_matrix)) {
    const caption = "Inhibition of the row's morphogen by the column's";
    tables.push(heatTable(caption, genome.inhibition_matrix, { rowNames: names, columnNames: names }));
  }
  const kernels = Array.isArray(genome.diffusion_patterns) ? genome.diffusion_patterns : [];
  const drawn = kernels.map((kernel, k) => heatTable(`Diffusion of m${k}`, kernel));
  return [...tables, make("div", { class: "kernels" }, drawn)];
}
