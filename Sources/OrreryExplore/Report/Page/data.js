// The points of the study, decoded from the page's data element, and what the views share: filters and the selected point.

const raw = JSON.parse(document.getElementById("data").textContent);
const count = raw.count;

/** A column of numbers: {u1 | u2 | f4: base 64}, little-endian. */
function decode(column) {
  const [kind, text] = Object.entries(column)[0];
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  if (kind === "u1") return bytes;
  return kind === "u2" ? new Uint16Array(bytes.buffer) : new Float32Array(bytes.buffer);
}

function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** What a point can be placed by: an axis of the study or a metric. */
function dimension(name, unit, values, more) {
  const known = values.filter((value) => Number.isFinite(value));
  const [low, high] = extent(known);
  const isLog = !more.isCategory && low > 0 && high > 10 * low;
  return { name, unit, values, low, high, isLog, isCategory: false, ...more };
}

const axes = raw.axes.map((axis) => {
  const codes = decode(axis.codes);
  const isCategory = !axis.numbers;
  const values = Float64Array.from(codes, (code) => (isCategory ? code : axis.numbers[code]));
  return dimension(axis.name, axis.unit ?? "", values, { labels: axis.labels, codes, isCategory });
});
const metrics = raw.metrics.map((metric) =>
  dimension(metric.name, metric.unit, decode(metric.values), { direction: metric.direction }));
const objectives = metrics.filter((metric) => metric.direction);
const dimensions = [...metrics, ...axes.filter((axis) => axis.labels.length > 1)];

/** What the chosen point of the front is called: with one objective there is nothing to trade. */
const kneeName = objectives.length === 1 ? "best" : "knee";

const onFront = new Uint8Array(count);
for (const index of raw.front) onFront[index] = 1;
const failure = new Map(raw.failures.points.map(([index, message]) => [index, raw.failures.messages[message]]));

const limits = raw.limiting.ranks.map((rank) => ({ who: decode(rank.who), share: decode(rank.share) }));
const limitNames = raw.limiting.names;
const energy = {
  names: raw.energy.names, total: decode(raw.energy.total), shares: raw.energy.shares.map(decode),
};
const engines = {
  names: raw.engines.names, busy: raw.engines.busy.map(decode), stalled: raw.engines.stalled.map(decode),
};
const memories = { names: raw.memories.names, achieved: raw.memories.achieved.map(decode) };
const roofline = Object.fromEntries(Object.entries(raw.roofline).map(([key, column]) => [key, decode(column)]));

/** The component that a point's latency waits for most, by its place in limitNames; -1 where none is known. */
const limiter = (index) => (limits.length ? limits[0].who[index] - 1 : -1);

// MARK: What is shown

const state = { hovered: -1, selected: raw.knee ?? raw.front[0] ?? (count ? 0 : -1) };
/** Labels switched off, by axis. */
const hidden = axes.map(() => new Set());
/** Ranges [low, high] that views have brushed, by dimension. */
const brushes = new Map();
const visible = new Uint8Array(count).fill(1);
let visibleCount = count;
const views = [];

function update() {
  visibleCount = 0;
  for (let index = 0; index < count; index++) {
    let isShown = 1;
    for (let place = 0; isShown && place < axes.length; place++) {
      if (hidden[place].has(axes[place].codes[index])) isShown = 0;
    }
    for (const [dim, [low, high]] of brushes) {
      const value = dim.values[index];
      if (!(value >= low && value <= high)) isShown = 0;
    }
    visible[index] = isShown;
    visibleCount += isShown;
  }
  render();
}

let isWaiting = false;
/** Draws every view once before the next frame. */
function render() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    for (const view of views) view.draw();
  });
}

function hover(index) {
  if (index === state.hovered) return;
  state.hovered = index;
  render();
}

function select(index) {
  if (index < 0) return;
  state.selected = index;
  render();
}

function place(index) {
  return axes.map((axis) => `${axis.name}=${axis.labels[axis.codes[index]]}`).join("  ");
}
