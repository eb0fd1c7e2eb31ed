// Growth played step by step, and the grown network at its end.

const PER_SECOND = { slow: 5, normal: 20, fast: 60 };
const LAYER_NAMES = ["cells", "axons", "connections"];

class GrowthPlayer {
  constructor(growth) {
    this.growth = growth;
    this.step = growth.steps;
    // Opened, the grown network is seen; axons come with the growth.
    this.layers = { cells: true, axons: false, connections: true };
    this.boxes = {};
    this.canvas = make("canvas", { role: "img" });
    this.tissue = new TissueCanvas(this.canvas);
    this.status = make("p", { class: "status", "aria-live": "polite" });
    this.slider = make("input", {
      type: "range", min: 0, max: growth.steps, "aria-label": "Step of growth",
      oninput: () => this.#jump(Number(this.slider.value)),
    });
    this.playButton = this.#button("Play", () => (this.playing ? this.pause() : this.play()));
    this.playButton.classList.add("play");
    this.speed = make(
      "select",
      { "aria-label": "Speed" },
      Object.keys(PER_SECOND).map((name) => make("option", { selected: name === "normal" }, name)),
    );
    this.weights = make("span", { class: "row weights" });
    this.element = make(
      "section",
      { class: "growth", "aria-label": "Growth" },
      make("div", { class: "tissue" }, this.canvas),
      this.slider,
      make(
        "div",
        { class: "row" },
        this.#button("«", () => this.#jump(0), "First step"),
        this.#button("−1", () => this.#jump(this.step - 1), "One step back"),
        this.playButton,
        this.#button("+1", () => this.#jump(this.step + 1), "One step on"),
        this.#button("»", () => this.#jump(growth.steps), "Last step"),
        this.speed,
      ),
      this.status,
      make("div", { class: "row layers" }, LAYER_NAMES.map((name) => this.#layer(name)), this.weights),
    );
    this.draw = oncePerFrame(() => this.#draw());
    this.onTheme = () => this.draw();
    darkTheme.addEventListener("change", this.onTheme);
    this.observer = new ResizeObserver(this.draw);
    this.observer.observe(this.element);
    this.go(this.step);
  }

  #button(text, action, label) {
    return make("button", { type: "button", "aria-label": label, title: label, onclick: action }, text);
  }

  #layer(name) {
    const box = make("input", { type: "checkbox", checked: this.layers[name] });
    box.addEventListener("change", () => {
      this.layers[name] = box.checked;
      this.played = true; // from here on it is the user's
      this.draw();
    });
    this.boxes[name] = box;
    const keys = { cells: ["progenitor", "neuron"], axons: ["axon"], connections: ["connection"] };
    const words = { progenitor: "progenitors", neuron: "neurons", axon: "axons", connection: "connections" };
    const marks = keys[name].map((key) => [make("i", { class: `key ${key}` }), words[key]]);
    return make("label", {}, box, marks.flat());
  }

  #showAxons() {
    if (this.played) return;
    this.played = true;
    this.layers.axons = this.boxes.axons.checked = true;
  }

  #jump(step) {
    this.pause();
    this.#showAxons();
    this.go(step);
  }

  go(step) {
    this.step = Math.min(this.growth.steps, Math.max(0, step));
    this.slider.value = this.step;
    this.draw();
    this.#say();
  }

  // Not every step of a film is read aloud.
  #say() {
    this.state = growthAt(this.growth, this.step);
    const words = describeGrowth(this.growth, this.state, this.step);
    this.status.setAttribute("aria-live", this.playing ? "off" : "polite");
    this.status.textContent = words;
    this.slider.setAttribute("aria-valuetext", `step ${this.step}`);
    this.canvas.setAttribute("aria-label", `The tissue. ${words}`);
  }

  play() {
    this.#showAxons();
    if (this.step === this.growth.steps) this.go(0);
    this.playing = true;
    this.playButton.textContent = "Pause";
    let before = performance.now();
    let due = 0;
    const frame = (now) => {
      if (!this.playing) return;
      due += ((now - before) / 1000) * PER_SECOND[this.speed.value];
      before = now;
      const steps = Math.floor(due);
      due -= steps;
      if (steps > 0) this.go(this.step + steps);
      if (this.step === this.growth.steps) this.pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.playButton.textContent = "Play";
    this.#say();
  }

  #draw() {
    if (!this.element.isConnected) return;
    this.tissue.draw(this.growth, this.state, this.layers);
    this.#fillWeights();
  }

  #fillWeights() {
    const { low, high } = weightScale(this.growth.edges.weight);
    const ends = [low, high].map((value) => make("span", {}, formatNumber(value, 3)));
    const bar = colourBar(60, 8, weightColour);
    this.weights.replaceChildren(...(Number.isFinite(low) ? ["weight", ends[0], bar, ends[1]] : []));
  }

  end() {
    this.playing = false;
    this.observer.disconnect();
    darkTheme.removeEventListener("change", this.onTheme);
  }
}
