// Points as an image: where many lie on each other, the pixel has their mean colour and is denser.

const LAYERS = { left: 0, missing: 1, aside: 2, chosen: 3 };

class PointPainter {
  // Entries that the filters leave out lie lowest, then those without a colour's value, then, where
  // there is a selection, those outside of it.
  paint(context, state, projection, shades) {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = context.canvas;
    this.#makeRoom(width * height);
    const image = context.createImageData(width, height);
    const ground = parseColour(themeColour("surface"));
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill((255 << 24) | (ground[2] << 16) | (ground[1] << 8) | ground[0]);
    const layers = this.#layersOf(state, shades);
    const dots = disc(radiusFor(state.shownCount) * ratio);
    const small = disc(radiusFor(state.count) * ratio);
    const faint = parseColour(themeColour("faint"));
    const grey = parseColour(themeColour("missing"));
    const table = shadeTable();
    const alone = state.shownCount > 20000 ? 0.5 : state.shownCount > 2000 ? 0.6 : 0.85;
    const draw = (layer, colours, covers, shape = dots) => {
      if (!this.#splat(projection, layers, layer, shades, shape, ratio, width, height)) return;
      this.#blend(image.data, colours, covers);
    };
    draw(LAYERS.left, faint, [0.25, 0.5], small);
    draw(LAYERS.missing, grey, [alone, 1]);
    draw(LAYERS.aside, grey, [0.15, 0.4]);
    draw(LAYERS.chosen, table, [state.selectedCount ? Math.max(alone, 0.7) : alone, 1]);
    context.putImageData(image, 0, 0);
  }

  #makeRoom(size) {
    if (this.hits?.length === size) return;
    this.hits = new Float32Array(size);
    this.sums = new Float32Array(size);
  }

  #layersOf(state, shades) {
    const layers = new Uint8Array(state.count);
    for (let i = 0; i < state.count; i++) {
      if (!state.passes[i]) layers[i] = LAYERS.left;
      else if (state.selectedCount && !state.selected[i]) layers[i] = LAYERS.aside;
      else layers[i] = shades[i] === SHADES ? LAYERS.missing : LAYERS.chosen;
    }
    return layers;
  }

  // Plain loops: they run over all entries, or all pixels.
  #splat(projection, layers, layer, shades, dots, ratio, width, height) {
    if (!layers.includes(layer)) return false;
    const { hits, sums } = this;
    const { px, py, count } = projection;
    for (let i = 0; i < count; i++) {
      if (layers[i] !== layer || px[i] === OUTSIDE) continue;
      const x = Math.round(px[i] * ratio);
      const y = Math.round(py[i] * ratio);
      const shade = Math.min(shades[i], SHADES - 1);
      for (let d = 0; d < dots.length; d += 3) {
        const u = x + dots[d];
        const v = y + dots[d + 1];
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        const pixel = v * width + u;
        hits[pixel] += dots[d + 2];
        sums[pixel] += dots[d + 2] * shade;
      }
    }
    return true;
  }

  // colours: one for all, or a table of shades. covers: how much of the ground one point hides, and
  // as many as there are anywhere; between them it goes by the logarithm, as densities differ a lot.
  #blend(data, colours, [alone, most]) {
    const { hits, sums } = this;
    const single = colours.length === 3;
    let densest = 2;
    for (let i = 0; i < hits.length; i++) if (hits[i] > densest) densest = hits[i];
    const slope = (most - alone) / Math.log(densest);
    for (let i = 0; i < hits.length; i++) {
      const hit = hits[i];
      if (hit === 0) continue;
      const cover = hit < 1 ? alone * hit : alone + slope * Math.log(hit);
      const from = single ? 0 : 3 * Math.round(sums[i] / hit);
      const to = 4 * i;
      data[to] += cover * (colours[from] - data[to]);
      data[to + 1] += cover * (colours[from + 1] - data[to + 1]);
      data[to + 2] += cover * (colours[from + 2] - data[to + 2]);
      hits[i] = 0; // for the next layer
      sums[i] = 0;
    }
  }
}

// Pixels of a disc, with the share of each that it covers, about: x, y, share, x, …
function disc(radius) {
  const dots = [];
  const reach = Math.ceil(radius + 0.5);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const share = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(x, y)));
      if (share > 0.02) dots.push(x, y, share);
    }
  }
  return Float64Array.from(dots);
}

const radiusFor = (shown) => (shown > 30000 ? 1.2 : shown > 5000 ? 1.8 : shown > 500 ? 2.6 : 4);

// The shade of every entry by a field, whose percentiles 1 and 99 are the ends of the scale.
function shadesOf(values, [low, high]) {
  const shades = new Uint8Array(values.length);
  const scale = high > low ? (SHADES - 1) / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    shades[i] =
      value === value ? Math.min(SHADES - 1, Math.max(0, Math.round((value - low) * scale))) : SHADES;
  }
  return shades;
}
