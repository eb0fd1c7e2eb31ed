// Ranges of fields: each a histogram with two sliders and two numbers.

const BINS = 56;
const NOTCHES = 1000; // of a slider

class Filters {
  constructor(state) {
    this.state = state;
    this.list = byId("filters");
    this.rows = [];
    this.picker = byId("new-filter");
    this.picker.append(...fieldOptions(state));
    // Not when the choice changes: by keyboard it does so with every step through the list.
    byId("add-filter").addEventListener("click", () => this.#add());
    byId("clear-filters").addEventListener("click", () => this.#clear());
    this.drawSoon = oncePerFrame(() => this.rows.forEach((row) => row.draw()));
    this.applySoon = oncePerFrame(() => this.#apply());
    state.on("filters", this.drawSoon);
    darkTheme.addEventListener("change", this.drawSoon);
  }

  #add() {
    const field = Number(this.picker.value);
    let row = this.rows.find((known) => known.field === field);
    if (!row) {
      row = new FilterRow(this.state, field, this.applySoon, () => this.#remove(row));
      this.rows.push(row);
      this.list.append(row.element);
      this.#apply();
    }
    row.focus();
  }

  #remove(row) {
    const next = this.rows[this.rows.indexOf(row) + 1];
    this.rows = this.rows.filter((other) => other !== row);
    row.element.remove();
    (next ?? { focus: () => this.picker.focus() }).focus();
    this.#apply();
  }

  #clear() {
    this.rows = [];
    this.list.replaceChildren();
    this.#apply();
  }

  #apply() {
    this.state.filters = this.rows.map(({ field, low, high }) => ({ field, low, high }));
    this.state.filter();
  }
}

class FilterRow {
  constructor(state, field, changed, remove) {
    this.state = state;
    this.field = field;
    this.changed = changed;
    this.whole = state.extent(field);
    this.low = this.whole.low;
    this.high = this.whole.high;
    const { name } = state.fields[field];
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.sliders = ["low", "high"].map((end) => this.#slider(end, name));
    this.boxes = ["low", "high"].map((end) => this.#box(end, name));
    this.note = make("p", { class: "note" });
    this.element = make(
      "li",
      { "data-field": name },
      make(
        "div",
        { class: "row" },
        make("strong", {}, name),
        make("button", { type: "button", "aria-label": `Remove the filter ${name}`, onclick: remove }, "×"),
      ),
      this.canvas,
      make("div", { class: "range" }, this.sliders),
      make("div", { class: "row" }, this.boxes[0], "to", this.boxes[1]),
      this.note,
    );
    this.#show();
  }

  #slider(end, name) {
    const label = `${name}: ${end === "low" ? "at least" : "at most"}`;
    const slider = make("input", { type: "range", min: 0, max: NOTCHES, "aria-label": label });
    slider.addEventListener("input", () => {
      const { low, high } = this.whole;
      const share = Number(slider.value) / NOTCHES;
      this.#set(end, share === 1 ? high : low + share * (high - low)); // the end exactly
    });
    return slider;
  }

  #box(end, name) {
    const label = `${name}: ${end === "low" ? "at least" : "at most"}, as a number`;
    const box = make("input", { type: "number", step: "any", "aria-label": label });
    box.addEventListener("change", () => {
      const value = box.value === "" ? this.whole[end] : Number(box.value);
      // Ends are shown with fewer digits than they have.
      this.#set(end, box.value === formatNumber(this.whole[end]) ? this.whole[end] : value);
    });
    return box;
  }

  #set(end, value) {
    this[end] = value;
    if (this.low > this.high) this[end === "low" ? "high" : "low"] = value;
    this.#show();
    this.changed();
  }

  #show() {
    const { low, high } = this.whole;
    const notch = (value) => (high > low ? Math.round(((value - low) / (high - low)) * NOTCHES) : 0);
    this.sliders[0].value = notch(this.low);
    this.sliders[1].value = high > low ? notch(this.high) : NOTCHES;
    [this.low, this.high].forEach((value, i) => {
      this.sliders[i].setAttribute("aria-valuetext", formatNumber(value));
      if (Number(formatNumber(value)) !== Number(this.boxes[i].value) || !this.boxes[i].value) {
        this.boxes[i].value = formatNumber(value);
      }
    });
    const { missing } = this.whole;
    this.note.textContent = missing
      ? `${plural(missing, "entry has", "entries have")} no value here, and ${missing === 1 ? "is" : "are"} left out.`
      : "";
  }

  // All entries, and over them those that pass.
  draw() {
    const { low, high } = this.whole;
    const values = this.state.columns[this.field];
    this.all ??= histogram(values, low, high, BINS);
    const passing = histogram(values, low, high, BINS, this.state.passes);
    const [width, height] = [this.element.clientWidth, 38];
    const context = fitCanvas(this.canvas, width, height);
    const most = Math.max(1, ...this.all);
    for (const [counts, colour] of [[this.all, "faint"], [passing, "accent"]]) {
      context.fillStyle = themeColour(colour);
      counts.forEach((count, i) => {
        if (!count) return;
        const tall = Math.max(1, Math.sqrt(count / most) * height); // so that few are seen, too
        context.fillRect((i * width) / BINS, height - tall, width / BINS - 0.5, tall);
      });
    }
  }

  focus() {
    this.sliders[0].focus();
  }
}

function fieldOptions(state) {
  const groups = [["measured", "Metrics and scores"], ["genome", "Genome"]];
  return groups.flatMap(([group, label]) => {
    const options = state.fields.flatMap((field, i) =>
      field.group === group ? [make("option", { value: i, title: field.summary }, field.name)] : [],
    );
    return options.length ? [make("optgroup", { label }, options)] : [];
  });
}
