// Every point at its operations a second over its operations a byte, below the roof of the selected point.

function rooflineDimensions() {
  const intensity = new Float32Array(count);
  const rate = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    intensity[index] = roofline.bytes[index] > 0 ? roofline.operations[index] / roofline.bytes[index] : NaN;
    rate[index] = roofline.seconds[index] > 0 ? roofline.operations[index] / roofline.seconds[index] : NaN;
  }
  if (!intensity.some((value) => value > 0)) return null;
  const known = (values) => Array.from(values).filter((value) => value > 0);
  const paces = known(roofline.pace);
  const x = dimension("operations a byte moved", "", intensity, {});
  const y = dimension("operations a second", "op/s", rate, {});
  // Room for the roof of any point.
  const [, high] = extent(paces.length ? paces : [y.high]);
  const ridges = known(roofline.pace.map((pace, index) => pace / roofline.peak[index]));
  const [lowRidge, highRidge] = extent(ridges.length ? ridges : [x.low]);
  const low = { x: Math.min(x.low, lowRidge) / 2, y: y.low / 2 };
  Object.assign(x, { low: low.x, high: Math.max(x.high, highRidge) * 2, isLog: true });
  Object.assign(y, { low: low.y, high: Math.max(y.high, high) * 1.6, isLog: true });
  return [x, y];
}

/** Bandwidth up to the ridge, then the engines' own pace, of the selected point. */
function drawRoof(context, x, y, box, colours) {
  const index = state.selected;
  const [peak, pace] = [roofline.peak[index], roofline.pace[index]];
  if (!(peak > 0)) return;
  const ridge = pace > 0 ? pace / peak : x.from(box.right);
  context.strokeStyle = colours.ink;
  context.fillStyle = colours.ink;
  context.lineWidth = 2;
  context.beginPath();
  const start = x.from(box.left);
  context.moveTo(x.to(start), y.to(start * peak));
  context.lineTo(x.to(ridge), y.to(ridge * peak));
  if (pace > 0) context.lineTo(box.right, y.to(pace));
  context.stroke();
  const label = (words, atX, atY, align) => {
    context.textAlign = align;
    context.strokeStyle = colours.paper;
    context.lineWidth = 4;
    context.strokeText(words, atX, atY);
    context.fillText(words, atX, atY);
  };
  if (pace > 0) label(`engines while busy: ${format(pace, "op/s")}`, box.right - 8, y.to(pace) - 11, "right");
  const foot = Math.max(start, y.from(box.bottom) / peak);
  const middle = Math.sqrt(foot * ridge);
  label(`memory: ${format(peak, "B/s")}`, x.to(middle) - 10, y.to(middle * peak) - 4, "right");
}
