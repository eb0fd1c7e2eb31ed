// Colours that people with any colour vision tell apart: viridis, without the end that fades into
// the ground; missing values are grey.

const VIRIDIS = [
  [68, 1, 84], [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140],
  [34, 168, 132], [68, 191, 112], [122, 209, 81], [189, 223, 38], [253, 231, 37],
];
const SHADES = 255; // 0 to 254; 255 is missing
const darkTheme = window.matchMedia("(prefers-color-scheme: dark)");

function viridis(share) {
  const place = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const i = Math.min(VIRIDIS.length - 2, Math.floor(place));
  return VIRIDIS[i].map((from, c) => Math.round(from + (place - i) * (VIRIDIS[i + 1][c] - from)));
}

// On light ground from dark to light, on dark ground likewise; either end keeps its contrast.
function shadeColour(share) {
  const [from, to] = darkTheme.matches ? [0.3, 1] : [0, 0.88];
  return viridis(from + share * (to - from));
}

function shadeTable() {
  const table = new Uint8Array(3 * SHADES);
  for (let i = 0; i < SHADES; i++) table.set(shadeColour(i / (SHADES - 1)), 3 * i);
  return table;
}

const cssColour = ([red, green, blue]) => `rgb(${red}, ${green}, ${blue})`;

// Black or white, whichever is read more easily on a colour.
function inkOn([red, green, blue]) {
  const linear = (c) => (c / 255 <= 0.04 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.179 ? "#000" : "#fff";
}

function parseColour(text) {
  const digits = text.replace("#", "");
  return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16));
}
