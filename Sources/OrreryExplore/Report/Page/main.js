// Puts the views on the page.

function option(name, value = name) {
  return element("option", { textContent: name, value });
}

/** A switch for each label of each axis with a few labels. */
function showFilters(host) {
  axes.forEach((axis, place) => {
    if (axis.labels.length < 2 || axis.labels.length > 16) return;
    const order = axis.labels.map((_, code) => code);
    if (!axis.isCategory) {
      const number = (code) => axis.values[axis.codes.indexOf(code)];
      order.sort((a, b) => number(a) - number(b));
    }
    const chips = order.map((code) => {
      const chip = element("button", { type: "button", textContent: axis.labels[code] });
      const show = () => chip.setAttribute("aria-pressed", String(!hidden[place].has(code)));
      chip.onclick = (event) => {
        // With shift only this one stays.
        if (event.shiftKey) {
          hidden[place] = new Set(order.filter((other) => other !== code));
        } else if (!hidden[place].delete(code)) {
          hidden[place].add(code);
        }
        update();
      };
      views.push({ draw: show });
      show();
      return chip;
    });
    host.append(element("div", { className: "filter" }, element("span", { textContent: axis.name }), ...chips));
  });
}

function showScatter() {
  const host = document.getElementById("scatter");
  if (!host || dimensions.length < 2) return;
  const [x, y, by] = ["x", "y", "colour"].map((name) => document.getElementById(name));
  for (const list of [x, y]) list.append(...dimensions.map((dim) => option(dim.name)));
  const varied = axes.filter((axis) => axis.labels.length > 1);
  const numeric = varied.find((axis) => !axis.isCategory) ?? varied[0];
  x.value = (objectives.length > 1 ? objectives[0] : numeric ?? dimensions[0]).name;
  y.value = (objectives.length > 1 ? objectives[1] : objectives[0] ?? dimensions[1]).name;
  const few = axes.filter((axis) => axis.labels.length > 1 && axis.labels.length <= palette.length);
  if (limitNames.length) by.append(option("what limits", "limit"));
  if (raw.front.length) by.append(option("front", "front"));
  by.append(...few.map((axis) => option(axis.name)));
  if (!by.options.length) by.append(option("front", "front"));
  colouring.by = by.value;
  const find = (list) => dimensions.find((dim) => dim.name === list.value);
  new Scatter(host, "All points by two of their numbers", () => [find(x), find(y)], { front: true });
  let legend = showLegend(document.getElementById("legend"), colouring.series().names);
  views.push({ draw: () => legend() });
  x.onchange = y.onchange = render;
  by.onchange = () => {
    colouring.by = by.value;
    legend = showLegend(document.getElementById("legend"), colouring.series().names);
    render();
  };
}

document.body.append(tip);
showFilters(document.getElementById("filters"));
showScatter();
const status = document.getElementById("status");
views.push({ draw: () => (status.textContent = `${visibleCount} of ${count} points shown`) });
document.getElementById("reset").onclick = () => {
  for (const set of hidden) set.clear();
  brushes.clear();
  update();
};
new Detail(document.getElementById("detail"));
const parallel = document.getElementById("parallel");
if (parallel) new Parallel(parallel);
const roof = document.getElementById("roofline");
if (roof) {
  const dims = rooflineDimensions();
  if (dims) new Scatter(roof, "Roofline", () => dims, { decorate: drawRoof, height: 360 });
}
const bars = document.getElementById("energy");
if (bars) new EnergyBars(bars, document.getElementById("energy-legend"));
new PointTable(document.getElementById("points"));
for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", render);
// Printing does not wait for the next frame.
addEventListener("beforeprint", () => views.forEach((view) => view.draw()));
render();
