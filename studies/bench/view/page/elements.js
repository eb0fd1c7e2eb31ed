// Elements of the page. Text is always set as text: what data says is never markup.

const byId = (id) => document.getElementById(id);

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.flat().map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

function makeRow(cells) {
  return make("tr", {}, cells.map((cell, i) => make(i ? "td" : "th", i ? {} : { scope: "row" }, cell)));
}

function makeTable(head, rows, attributes) {
  return make(
    "table",
    attributes,
    make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, rows.map(makeRow)),
  );
}

// A canvas as sharp as the screen; its context is in CSS pixels.
function fitCanvas(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

// A bar of colours from 0 to 1.
function colourBar(width, height, colour) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const context = fitCanvas(canvas, width, height);
  for (let i = 0; i < width; i++) {
    context.fillStyle = cssColour(colour(i / (width - 1)));
    context.fillRect(i, 0, 1.5, height);
  }
  return canvas;
}

// Many calls before the next frame are one.
function oncePerFrame(action) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      action();
    });
  };
}

const themeColour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
