// The frame of the plot: its lines, ticks, and the fields' names.

const MARGIN = { left: 64, top: 10, right: 14, bottom: 46 };

function frameOf(width, height) {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(20, width - MARGIN.left - MARGIN.right),
    height: Math.max(20, height - MARGIN.top - MARGIN.bottom),
  };
}

function drawAxes(context, projection, names) {
  const { frame, ranges } = projection;
  const [right, bottom] = [frame.left + frame.width, frame.top + frame.height];
  context.save();
  context.font = "12px system-ui, sans-serif";
  context.lineWidth = 1;
  context.fillStyle = themeColour("ink-2");
  context.strokeStyle = themeColour("line-2");
  line(context, frame.left - 0.5, frame.top, frame.left - 0.5, bottom + 0.5);
  line(context, frame.left - 0.5, bottom + 0.5, right, bottom + 0.5);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of niceTicks(...ranges.x, frame.width / 90)) {
    const x = Math.round(projection.toX(tick)) + 0.5;
    line(context, x, bottom, x, bottom + 5);
    context.fillText(formatNumber(tick), x, bottom + 9);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(...ranges.y, frame.height / 50)) {
    const y = Math.round(projection.toY(tick)) + 0.5;
    line(context, frame.left - 5, y, frame.left, y);
    context.fillText(formatNumber(tick), frame.left - 9, y);
  }
  context.fillStyle = themeColour("ink");
  context.font = "600 13px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText(names.x, frame.left + frame.width / 2, bottom + 40, frame.width);
  context.translate(15, frame.top + frame.height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(names.y, 0, 0, frame.height);
  context.restore();
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
