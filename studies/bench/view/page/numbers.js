// Numbers as text.

const MISSING = "–";

function formatNumber(value, digits = 5) {
  if (typeof value === "string") return value;
  if (value == null || !Number.isFinite(value)) return MISSING;
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(digits - 2).replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

const formatCount = (count) => count.toLocaleString("en").replaceAll(",", "\u202f");

const plural = (count, one, many) => `${formatCount(count)} ${count === 1 ? one : many}`;

// Round values between low and high, about as many as asked for.
function niceTicks(low, high, about) {
  const rough = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
    if (ticks.length > 50) break;
  }
  return ticks;
}
