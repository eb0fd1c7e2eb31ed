// The page: reads its data, then lets the parts know of each other through the state.

function fillAbout(title, about) {
  document.title = `${title} · benchmark`;
  byId("title").textContent = title;
  byId("about-body").replaceChildren(describeMapping(about));
  byId("about").hidden = Object.keys(about).length === 0;
}

function describeMapping(mapping) {
  const isMapping = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const isList = (value) => Array.isArray(value) && value.length > 0 && !value.some((item) => item instanceof Object);
  const words = (value) => {
    const plain = isList(value) ? value.join(", ") : value;
    const text = typeof plain === "object" ? JSON.stringify(plain) : String(plain);
    return text.length > 300 ? `${text.slice(0, 300)} …` : text;
  };
  const items = Object.entries(mapping).flatMap(([name, value]) => [
    make("dt", {}, name),
    make("dd", {}, isMapping(value) ? describeMapping(value) : words(value)),
  ]);
  return make("dl", {}, items);
}

function fillAxes(state) {
  for (const axis of ["x", "y", "colour"]) {
    const select = byId(`axis-${axis}`);
    select.append(...fieldOptions(state));
    select.value = state.axes[axis];
    select.addEventListener("change", () => state.setAxis(axis, Number(select.value)));
  }
  const say = () => {
    const used = new Set(Object.values(state.axes).map((field) => state.fields[field]));
    const known = [...used].filter(({ summary }) => summary);
    const notes = known.map(({ name, summary }) => make("p", {}, make("b", {}, name), `: ${summary}`));
    byId("axis-notes").replaceChildren(...notes);
  };
  state.on("axes", say);
  say();
}

function fillCounts(state, scatter) {
  let waiting;
  const say = () => {
    const parts = [
      plural(state.count, "entry", "entries"),
      state.filters.length ? `${formatCount(state.shownCount)} pass the filters` : "",
      state.selectedCount ? `${formatCount(state.selectedCount)} selected` : "",
      scatter.projection.missing
        ? `${formatCount(scatter.projection.missing)} not drawn, without a value on an axis`
        : "",
    ];
    byId("counts").textContent = parts.filter(Boolean).join(" · ");
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(say, 40);
  };
  state.on("axes filters selection", later);
  requestAnimationFrame(say);
}

function fillLegend(state) {
  const draw = () => {
    const { name } = state.fields[state.axes.colour];
    const { usual, missing } = state.extent(state.axes.colour);
    byId("legend").replaceChildren(
      make("b", {}, name),
      make("span", {}, formatNumber(usual[0], 3)),
      colourBar(120, 12, shadeColour),
      make("span", {}, formatNumber(usual[1], 3)),
      ...(missing ? [make("i", { class: "key missing" }), make("span", {}, "missing")] : []),
    );
  };
  state.on("axes", draw);
  darkTheme.addEventListener("change", draw);
  draw();
}

function wireTools(state) {
  const [zoom, whole, clear] = [byId("zoom"), byId("whole"), byId("clear-selection")];
  zoom.addEventListener("click", () => state.setZoom(state.brushed));
  whole.addEventListener("click", () => state.setZoom(null));
  clear.addEventListener("click", () => state.clearSelection());
  const update = () => {
    zoom.disabled = state.brushed === null;
    whole.disabled = state.zoom === null;
    clear.disabled = !state.selected.includes(1);
  };
  state.on("axes filters selection", update);
  update();
  for (const popup of document.querySelectorAll("header details")) {
    popup.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      popup.open = false;
      popup.querySelector("summary").focus();
    });
  }
}

async function start() {
  const described = JSON.parse(takeText("page-data"));
  fillAbout(described.title, described.about);
  if (described.count === 0 || described.columns.length === 0) {
    throw new Error("This benchmark has no entries with numbers to show.");
  }
  const data = described.mode === "served" ? new ServedData(described) : new FileData(described);
  byId("counts").textContent = "Loading …";
  const { numbers, columns } = await data.columns();
  const state = new State(described, numbers, columns);
  fillAxes(state);
  const scatter = new Scatter(state);
  fillLegend(state);
  fillCounts(state, scatter);
  new Filters(state);
  new SelectionView(state);
  new EntryPanel(state, data);
  wireTools(state);
  document.documentElement.dataset.ready = "yes";
}

start().catch((error) => {
  const failure = byId("failure");
  failure.textContent = error.message;
  failure.hidden = false;
  document.documentElement.dataset.ready = "failed";
});
