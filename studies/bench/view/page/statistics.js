// Statistics of columns; NaN is a missing value.

function sortedPresent(values, rows) {
  const present = new Float32Array(rows ? rows.length : values.length);
  let n = 0;
  for (let k = 0; k < present.length; k++) {
    const value = values[rows ? rows[k] : k];
    if (value === value) present[n++] = value;
  }
  return present.subarray(0, n).sort();
}

// The quantile of sorted values, between neighbours where it falls between them.
function quantile(sorted, share) {
  if (!sorted.length) return NaN;
  const place = share * (sorted.length - 1);
  const i = Math.floor(place);
  return sorted[i] + (place - i) * (sorted[Math.min(i + 1, sorted.length - 1)] - sorted[i]);
}

function extentOf(values) {
  const sorted = sortedPresent(values);
  return {
    low: sorted.length ? sorted[0] : 0,
    high: sorted.length ? sorted[sorted.length - 1] : 1,
    usual: [quantile(sorted, 0.01), quantile(sorted, 0.99)],
    missing: values.length - sorted.length,
    sorted,
  };
}

function describe(values, rows) {
  const sorted = sortedPresent(values, rows);
  const n = sorted.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += sorted[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (sorted[i] - mean) ** 2;
  return {
    n,
    missing: (rows ? rows.length : values.length) - n,
    mean: n ? mean : NaN,
    deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : NaN,
    least: n ? sorted[0] : NaN,
    median: quantile(sorted, 0.5),
    largest: n ? sorted[n - 1] : NaN,
  };
}

// The share of sorted values below a value, those equal to it counting half.
function rank(sorted, value) {
  const place = (above) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (above ? sorted[middle] <= value : sorted[middle] < value) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return sorted.length ? (place(false) + place(true)) / (2 * sorted.length) : NaN;
}

function histogram(values, low, high, bins, passes) {
  const counts = new Uint32Array(bins);
  const scale = high > low ? bins / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= low && value <= high && (!passes || passes[i])) {
      counts[Math.min(bins - 1, Math.floor((value - low) * scale))]++;
    }
  }
  return counts;
}
