/** A chart of lines, for the figures that have one. */

import { new_id, shape } from "./parts.js";

const FRAME = { left: 46, right: 350, top: 24, bottom: 176 }; // of a line chart's 360 × 216

/**
 * A line chart. An axis is {label, min, max, ticks, log, show}: its ends, the values with a mark,
 * whether it is logarithmic, and how a mark is written. .draw({lines, text, marker, x, y}) with
 * lines {name, points: [[x, y], ...], kind}, whose kind, for the styles, is its number unless it
 * is given, one point to mark, and what is new of an axis, such as its end: x and y. What lies
 * outside the axes is cut off; a line of one point is a dot. .drag(pick) gives the x under a
 * pointer that is held down.
 */
export function line_chart(x_axis, y_axis) {
  const cut = new_id();
  const node = shape("svg", { viewBox: "0 0 360 216", role: "img", class: "nnlib-chart" });
  node.drag = (pick) =>
    drag_in(node, (place) => pick(placed(x_axis, FRAME.left, FRAME.right).at(place)));
  node.draw = ({ lines, text, marker, x = {}, y = {} }) => {
    const across = placed({ ...x_axis, ...x }, FRAME.left, FRAME.right);
    const up = placed({ ...y_axis, ...y }, FRAME.bottom, FRAME.top);
    const spot = ([a, b]) => [across.place(a), up.place(b)];
    node.setAttribute("aria-label", text);
    node.replaceChildren(
      frame_for_lines(cut),
      ...marks_of(across, up),
      ...lines.flatMap(({ name, points, kind }, k) =>
        line_of(name, points.map(spot), kind ?? k, cut),
      ),
    );
    if (marker) {
      const [cx, cy] = spot(marker);
      node.append(shape("circle", { cx, cy, r: 5, class: "nnlib-marker" }));
    }
  };
  return node;
}

/** An axis with the place of a value, between two places on the paper. */
function placed(axis, from, to) {
  const f = axis.log ? Math.log10 : Number;
  const [start, end] = [f(axis.min), f(axis.max)];
  const place = (value) => from + ((f(value) - start) / (end - start)) * (to - from);
  const at = (spot) => {
    const value = start + ((spot - from) / (to - from)) * (end - start);
    return Math.min(axis.max, Math.max(axis.min, axis.log ? 10 ** value : value));
  };
  return { show: String, ...axis, place, at };
}

/** Tells how far from the left of a chart a pointer is, from when it is pressed. */
function drag_in(node, tell) {
  const tell_place = ({ pointerId, clientX }) => {
    if (!node.hasPointerCapture(pointerId)) return;
    const { left, width } = node.getBoundingClientRect();
    tell(((clientX - left) / width) * node.viewBox.baseVal.width);
  };
  node.classList.add("nnlib-dragged");
  node.addEventListener("pointerdown", (event) => {
    if (event.button === 0) node.setPointerCapture(event.pointerId);
    tell_place(event);
  });
  node.addEventListener("pointermove", tell_place);
}

function frame_for_lines(id) {
  const { left, right, top, bottom } = FRAME;
  const size = { width: right - left + 4, height: bottom - top + 8 };
  return shape("clipPath", { id }, shape("rect", { x: left, y: top - 4, ...size }));
}

function marks_of(across, up) {
  const { left, right, bottom } = FRAME;
  const level = (y, kind) => shape("line", { x1: left, x2: right, y1: y, y2: y, class: kind });
  return [
    ...up.ticks.flatMap((tick) => [
      level(up.place(tick), "nnlib-grid"),
      written(left - 5, up.place(tick) + 4, up.show(tick), "end"),
    ]),
    ...across.ticks.map((tick) => written(across.place(tick), bottom + 15, across.show(tick))),
    written((left + right) / 2, bottom + 32, across.label),
    written(4, 10, up.label, "start"),
    level(bottom, "nnlib-axis"),
  ];
}

function line_of(name, spots, k, cut) {
  const [end_x, end_y] = spots.at(-1);
  const usual = { class: `nnlib-line nnlib-line-${k}`, "clip-path": `url(#${cut})` };
  return [
    spots.length > 1
      ? shape("polyline", { points: spots.join(" "), ...usual })
      : shape("circle", { cx: end_x, cy: end_y, r: 2, ...usual }),
    written(end_x - 4, Math.max(FRAME.top + 8, end_y - 7), name, "end", `nnlib-name-${k}`),
  ];
}

function written(x, y, text, anchor = "middle", kind = "") {
  return shape("text", { x, y, "text-anchor": anchor, class: kind }, text);
}
