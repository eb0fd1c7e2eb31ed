// What is known of the selection: statistics of every field, and its first entries as a table.

const MOST_ROWS = 200;
const SLICE = 12; // milliseconds of work between two looks at the user

class SelectionView {
  constructor(state) {
    this.state = state;
    this.tabs = [byId("tab-statistics"), byId("tab-rows")];
    this.panels = [byId("statistics"), byId("rows")];
    this.tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => this.#show(i));
      tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        this.#show(1 - i);
        this.tabs[1 - i].focus();
      });
    });
    this.shown = 0;
    this.work = 0;
    let waiting;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.update(), 60);
    };
    state.on("axes filters selection", later);
    this.update();
  }

  #show(shown) {
    this.shown = shown;
    this.tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === shown));
      tab.tabIndex = i === shown ? 0 : -1;
      this.panels[i].hidden = i !== shown;
    });
    this.update();
  }

  update() {
    const { state } = this;
    this.work++;
    const none = state.selected.includes(1) ? "what is selected is filtered out" : "nothing is selected";
    byId("chosen-what").textContent = state.selectedCount
      ? `of the ${plural(state.selectedCount, "selected entry", "selected entries")}`
      : `of ${plural(state.shownCount, "entry", "entries")}: ${none}`;
    if (this.shown) this.#fillRows();
    else this.#fillStatistics(this.work);
  }

  // Fields that are in use first; the others follow.
  #order() {
    const { axes, filters, fields } = this.state;
    const used = [axes.x, axes.y, axes.colour, ...filters.map(({ field }) => field)];
    return [...new Set([...used, ...fields.keys()])];
  }

  // Medians of many fields take a while: rows come as they are known, and others have their turn.
  async #fillStatistics(work) {
    const { state } = this;
    const rows = state.chosenRows();
    const table = makeTable(
      ["field", "mean", "standard deviation", "least", "median", "largest", "missing"], [],
    );
    let since = performance.now();
    for (const [place, field] of this.#order().entries()) {
      const s = describe(state.columns[field], rows);
      const values = [s.mean, s.deviation, s.least, s.median, s.largest];
      const { name, summary } = state.fields[field];
      const cells = [...values.map((value) => formatNumber(value)), formatCount(s.missing)];
      table.tBodies[0].append(makeRow([make("span", { title: summary }, name), ...cells]));
      if (place >= 5 && !table.isConnected) this.panels[0].replaceChildren(table);
      if (performance.now() - since > SLICE) {
        await new Promise((resolve) => setTimeout(resolve));
        if (work !== this.work) return;
        since = performance.now();
      }
    }
    this.panels[0].replaceChildren(table);
  }

  #fillRows() {
    const { state } = this;
    const rows = state.chosenRows(MOST_ROWS);
    const order = this.#order();
    const open = (row) =>
      make("button", { type: "button", class: "link", onclick: () => state.open(row) }, String(state.numbers[row]));
    const body = rows.map((row) => [
      open(row),
      ...order.map((field) => formatNumber(state.columns[field][row])),
    ]);
    const head = ["entry", ...order.map((field) => state.fields[field].name)];
    const count = state.selectedCount || state.shownCount;
    const note = count > rows.length ? `The first ${rows.length} of ${formatCount(count)}.` : "";
    this.panels[1].replaceChildren(make("p", { class: "note" }, note), makeTable(head, body));
  }
}
