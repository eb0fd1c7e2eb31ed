// The entry that is open: its growth, its metrics, its genome.

const GENOME_ARRAYS = [
  "progenitor_secretion_rates", "neuron_secretion_rates", "inhibition_matrix", "diffusion_patterns",
];

class EntryPanel {
  constructor(state, data) {
    this.state = state;
    this.data = data;
    this.element = byId("entry");
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    state.on("opened", () => this.#changed());
  }

  close() {
    this.state.open(-1);
    (this.opener?.isConnected ? this.opener : byId("plot")).focus();
  }

  // What had the focus has it again in the end.
  #remember() {
    const { activeElement, body } = document;
    if (!this.element.contains(activeElement)) this.opener = activeElement === body ? null : activeElement;
  }

  async #changed() {
    this.player?.end();
    this.player = null;
    const { state } = this;
    const row = state.opened;
    document.body.classList.toggle("with-entry", row >= 0);
    this.element.hidden = row < 0;
    if (row < 0) {
      this.element.replaceChildren();
      return;
    }
    this.#remember();
    const number = state.numbers[row];
    const growth = make("div", { class: "slot" }, make("p", { class: "note" }, "Growing …"));
    const genome = make("div", { class: "slot" });
    this.element.replaceChildren(
      make(
        "div",
        { class: "row head" },
        make("h2", { tabindex: -1 }, `Entry ${number}`),
        make("button", { type: "button", onclick: () => this.close() }, "Close"),
      ),
      growth,
      make("h3", {}, "Metrics and scores"),
      this.#metrics(row),
      make("h3", {}, "Genome"),
      genome,
    );
    this.element.scrollTop = 0;
    this.element.querySelector("h2").focus({ preventScroll: true });
    await Promise.all([
      this.#fill(growth, row, this.data.growth(row, number), (told) => {
        this.player = new GrowthPlayer(told);
        return [this.player.element];
      }),
      this.#fill(genome, row, this.data.genome(row, number), (told) => [new GenomeView(told).element]),
    ]);
    if (state.opened === row) this.element.dataset.ready = String(number);
  }

  // What arrives after another entry was opened is left alone.
  async #fill(slot, row, promise, elements) {
    try {
      const told = await promise;
      if (this.state.opened === row) slot.replaceChildren(...elements(told));
    } catch (error) {
      slot.replaceChildren(make("p", { class: "note", role: "status" }, error.message));
    }
  }

  // Each value with its place among all entries.
  #metrics(row) {
    const { fields, columns } = this.state;
    const rows = [...fields.keys()].filter((field) => fields[field].group === "measured").map((field) => {
      const value = columns[field][row];
      const share = rank(this.state.extent(field).sorted, value);
      const bar = make("meter", { min: 0, max: 1, value: Number.isFinite(value) ? share : 0 });
      const place = Number.isFinite(value) ? `${Math.round(100 * share)} %` : MISSING;
      bar.setAttribute("aria-label", `rank: ${place}`);
      return [
        make("span", { title: fields[field].summary }, fields[field].name),
        formatNumber(value),
        make("span", { class: "rank" }, bar, place),
      ];
    });
    return makeTable(["metric", "value", "rank among all"], rows, { class: "metrics" });
  }
}

// Drawn again when the theme changes, for as long as it is there.
class GenomeView {
  constructor(genome) {
    this.genome = genome;
    this.element = make("div", {});
    this.fill();
    const again = () => {
      if (this.element.isConnected) this.fill();
      else darkTheme.removeEventListener("change", again);
    };
    darkTheme.addEventListener("change", again);
  }

  fill() {
    this.element.replaceChildren(...genomeElements(this.genome));
  }
}

function genomeElements(genome) {
  const scalars = Object.entries(genome).filter(([name]) => !GENOME_ARRAYS.includes(name));
  const words = (value) =>
    value !== null && typeof value === "object" ? JSON.stringify(value) : typeof value === "boolean" ? String(value) : formatNumber(value, 6);
  const rows = scalars.map(([name, value]) => [name, words(value)]);
  return [makeTable(["field", "value"], rows, { class: "metrics" }), ...genomeTables(genome)];
}
