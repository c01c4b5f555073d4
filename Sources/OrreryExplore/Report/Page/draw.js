// Numbers as text, elements, colours, scales: what every view draws with.

const decimal = ["a", "f", "p", "n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];

/** A value with four digits and a prefix of its unit; fractions as per cent, bytes in binary units, areas in mm². */
function format(value, unit, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  if (unit === "%") return `${trim(100 * value, digits)} %`;
  if (unit === "m2") return `${trim(1e6 * value, digits)} mm²`;
  if (value === 0) return unit ? `0 ${unit}` : "0";
  const magnitude = Math.abs(value);
  if (unit === "B" && magnitude >= 1024) {
    const step = Math.min(binary.length - 1, Math.floor(Math.log2(magnitude) / 10));
    return `${trim(value / 2 ** (10 * step), digits)} ${binary[step]}B`;
  }
  if (!unit || unit === "1") {
    if (magnitude < 1e-4) return value.toExponential(digits - 1);
    if (magnitude < 1e4) return trim(value, digits);
  }
  let power = Math.min(6, Math.max(-6, Math.floor(Math.log10(magnitude) / 3)));
  if (Number((magnitude / 1000 ** power).toPrecision(digits)) >= 1000 && power < 6) power += 1;
  return `${trim(value / 1000 ** power, digits)} ${decimal[power + 6]}${unit === "1" ? "" : unit}`.trimEnd();
}

function trim(value, digits) {
  return String(Number(value.toPrecision(digits)));
}

function text(dim, index) {
  return dim.labels ? dim.labels[dim.codes[index]] : format(dim.values[index], dim.unit);
}

/** What an axis of a chart shows; its ticks have the unit. */
function title(dim) {
  if (!dim.direction) return dim.name;
  return `${dim.name}, ${dim.direction === "minimise" ? "less" : "more"} is better`;
}

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

const palette = [0, 1, 2, 3, 4, 5, 6, 7];

/** The colours of the page, as they are now: light, dark or print. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"), soft: read("--soft"), line: read("--line"), paper: read("--paper"),
    series: palette.map((place) => read(`--c${place}`)),
  };
}

/** Draws a mark of one of four shapes, so that colour is not all that tells series apart. */
function mark(context, series, x, y, radius) {
  context.beginPath();
  switch (series % 4) {
    case 0: context.arc(x, y, radius, 0, 7); break;
    case 1: context.rect(x - radius * 0.85, y - radius * 0.85, 1.7 * radius, 1.7 * radius); break;
    case 2:
      context.moveTo(x, y - 1.2 * radius);
      context.lineTo(x + 1.1 * radius, y + 0.8 * radius);
      context.lineTo(x - 1.1 * radius, y + 0.8 * radius);
      context.closePath();
      break;
    default:
      context.moveTo(x, y - 1.25 * radius);
      context.lineTo(x + 1.25 * radius, y);
      context.lineTo(x, y + 1.25 * radius);
      context.lineTo(x - 1.25 * radius, y);
      context.closePath();
  }
}

/** Maps values of a dimension to pixels from `start` to `end`. */
function scale(dim, start, end, low = dim.low, high = dim.high) {
  if (dim.isCategory) {
    const step = (end - start) / dim.labels.length;
    const to = (value) => start + (value + 0.5) * step;
    const every = Math.ceil(dim.labels.length / 24);
    const ticks = dim.labels.map((label, value) => ({ label, value })).filter((_, place) => place % every === 0);
    return { to, from: (pixel) => (pixel - start) / step - 0.5, ticks };
  }
  const into = dim.isLog ? Math.log10 : (value) => value;
  let [first, last] = [into(low), into(high)];
  const margin = last > first ? 0.04 * (last - first) : Math.abs(first) * 0.1 || 1;
  [first, last] = [first - margin, last + margin];
  const to = (value) => start + ((into(value) - first) / (last - first)) * (end - start);
  const from = (pixel) => {
    const value = first + ((pixel - start) / (end - start)) * (last - first);
    return dim.isLog ? 10 ** value : value;
  };
  const own = dim.labels && dim.labels.length <= 9;
  const values = own ? [...new Set(dim.values)].sort((a, b) => a - b)
    : !dim.isLog ? linearTicks(first, last, (start > end ? 2 : 1) * Math.abs(end - start))
    : dim.unit === "B" ? binaryTicks(first, last) : logarithmicTicks(first, last);
  const label = (value) => {
    if (!own) return format(value, dim.unit, 3);
    return dim.labels[dim.codes[dim.values.indexOf(value)]];
  };
  return { to, from, ticks: values.map((value) => ({ value, label: label(value) })) };
}

function logarithmicTicks(first, last) {
  const span = last - first;
  const steps = span > 6 ? [1] : span > 1.2 ? [1, 3] : span > 0.5 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const ticks = [];
  const every = Math.max(1, Math.ceil(span / 10));
  for (let decade = Math.floor(first); decade <= last; decade += every) {
    for (const step of steps) {
      const value = step * 10 ** decade;
      if (Math.log10(value) >= first && Math.log10(value) <= last) ticks.push(Number(value.toPrecision(3)));
    }
  }
  return ticks.length > 1 ? ticks : linearTicks(10 ** first, 10 ** last, 400);
}

/** Powers of two, about nine at most: bytes have binary units. */
function binaryTicks(first, last) {
  const bits = Math.log2(10);
  const step = Math.max(1, Math.ceil(((last - first) * bits) / 9));
  const ticks = [];
  for (let power = Math.ceil((first * bits) / step) * step; power <= last * bits; power += step) ticks.push(2 ** power);
  return ticks.length > 1 ? ticks : logarithmicTicks(first, last);
}

function linearTicks(first, last, pixels) {
  const rough = (last - first) / Math.max(2, pixels / 90);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const ticks = [];
  for (let value = Math.ceil(first / step) * step; value <= last; value += step) {
    ticks.push(Number(value.toPrecision(10)));
  }
  return ticks;
}

/** Ticks without those whose labels would touch the one before; `extent` gives the room that a label takes. */
function spaced(ticks, to, extent) {
  const sorted = ticks.map((tick) => ({ ...tick, at: to(tick.value) })).sort((a, b) => a.at - b.at);
  const kept = [];
  for (const tick of sorted) {
    const before = kept[kept.length - 1];
    if (!before || tick.at - before.at >= (extent(tick.label) + extent(before.label)) / 2) kept.push(tick);
  }
  return kept;
}

/** A canvas that fills the width of `host`, in pixels of the screen. */
class Canvas {
  constructor(host, height, description) {
    this.host = host;
    this.height = height;
    this.node = element("canvas", { tabIndex: 0 });
    this.node.setAttribute("role", "img");
    this.node.setAttribute("aria-label", description);
    host.append(this.node);
    new ResizeObserver(render).observe(host);
  }

  /** Clears the canvas and returns its context, in CSS pixels. */
  begin() {
    const ratio = Math.max(2, window.devicePixelRatio || 1);
    this.width = Math.max(280, this.host.clientWidth);
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.node.width !== width || this.node.height !== height) {
      Object.assign(this.node, { width, height });
      this.node.style.height = `${this.height}px`;
    }
    const context = this.node.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    return context;
  }

  /** The pointer's place in CSS pixels of the canvas. */
  at(event) {
    const box = this.node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

const tip = element("div", { id: "tip" });

/** Shows what a point is beside the pointer. */
function showTip(event, index) {
  if (index < 0) return hideTip();
  const rows = [...axes, ...metrics].map((dim) =>
    element("tr", {}, element("td", { textContent: dim.name }), element("td", { textContent: text(dim, index) })));
  const who = limiter(index);
  if (who >= 0) {
    const share = format(limits[0].share[index] / 250, "%", 3);
    rows.push(element("tr", {}, element("td", { textContent: "limited by" }),
      element("td", { textContent: `${limitNames[who]} ${share}` })));
  }
  const heading = `point ${index + 1}${index === raw.knee ? `, the ${kneeName}` : onFront[index] ? ", on the front" : ""}`;
  tip.replaceChildren(element("b", { textContent: heading }), element("table", {}, ...rows));
  tip.style.display = "block";
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const left = event.clientX + 16 + width > innerWidth ? event.clientX - 16 - width : event.clientX + 16;
  const top = Math.min(Math.max(8, event.clientY - height / 2), innerHeight - height - 8);
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${top}px`;
}

function hideTip() {
  tip.style.display = "none";
}
