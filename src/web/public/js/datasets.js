// What each kind of chart draws, from the plain series that the page carries.
import { faded } from "./colors.js";

const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [], [6, 3]];
const POINTS = ["circle", "triangle", "rect", "rectRot", "crossRot", "star"];

const roleStyle = {
  main: (colors) => ({
    borderColor: colors.accent,
    backgroundColor: faded(colors.accent, 10),
    borderWidth: 2.5,
    fill: "origin",
    order: 1,
  }),
  comparison: (colors) => ({
    borderColor: colors.faint,
    backgroundColor: colors.faint,
    borderWidth: 1.5,
    borderDash: [4, 4],
    order: 2,
  }),
  target: (colors) => ({
    borderColor: colors.target,
    backgroundColor: colors.target,
    borderWidth: 1.5,
    order: 3,
  }),
};

/** The colour of one of several; beyond the last colour they begin again, paler. */
const placeColor = ({ series }, index) => {
  const color = series[index % series.length];
  return index < series.length ? color : faded(color, 45);
};

/** One of several lines alike: its place decides its colour, dash and points. */
const placeStyle = (colors, index) => {
  const color = placeColor(colors, index);
  return {
    borderColor: color,
    backgroundColor: color,
    // The first line is the one to see first, such as all of them together.
    borderWidth: index === 0 ? 3 : 1.4,
    borderDash: DASHES[index % DASHES.length],
    pointStyle: POINTS[index % POINTS.length],
    pointRadius: index === 0 ? 0 : 2,
    order: index === 0 ? 0 : 1,
  };
};

const isOneOfMany = (chart, { role }) => chart.isSplit || role === "series";

// Between two gaps there is no line to be seen.
const isAlone = (data, at) => (data[at - 1] ?? null) === null && (data[at + 1] ?? null) === null;

const lines = (chart, colors) =>
  chart.series.map((series, index) => {
    const own = isOneOfMany(chart, series)
      ? placeStyle(colors, index)
      : roleStyle[series.role](colors);
    const { pointRadius = 0 } = own;
    return {
      pointHoverRadius: 4,
      tension: 0,
      ...own,
      pointRadius: series.data.map((_value, at) => (isAlone(series.data, at) ? 2.5 : pointRadius)),
      label: series.label,
      data: series.data,
    };
  });

// A goal is a mark across its bar, not a bar of its own.
const goal = (series, colors) => ({
  type: "line",
  label: series.label,
  data: series.data,
  borderColor: colors.target,
  backgroundColor: colors.target,
  showLine: false,
  pointStyle: "line",
  pointRadius: 22,
  pointHoverRadius: 22,
  pointBorderWidth: 2.5,
  order: -1,
});

const bars = (chart, colors) =>
  chart.series.map((series, index) =>
    series.role === "target"
      ? goal(series, colors)
      : {
          label: series.label,
          data: series.data,
          backgroundColor: isOneOfMany(chart, series)
            ? placeColor(colors, index)
            : ({ soft: colors.soft, comparison: colors.faint }[series.role] ?? colors.accent),
          borderRadius: 2,
          maxBarThickness: chart.type === "columns" ? 34 : 18,
        },
  );

// The interval is a bar from its low to its high end, the rate a point upon it.
const intervals = (chart, colors) => [
  {
    type: "line",
    label: chart.series[0].label,
    data: chart.series[0].data,
    showLine: false,
    pointRadius: 4,
    pointHoverRadius: 5,
    borderColor: colors.accent,
    backgroundColor: colors.accent,
    order: 1,
  },
  {
    label: "95 % interval",
    data: chart.low.map((low, index) => (low === null ? null : [low, chart.high[index]])),
    backgroundColor: faded(colors.accent, 30),
    borderRadius: 3,
    maxBarThickness: 10,
    order: 2,
  },
];

/** The datasets of a chart, by its type. */
export const datasetsOf = (chart, colors) =>
  ({ line: lines, bar: bars, columns: bars, funnel: bars, interval: intervals })[chart.type](
    chart,
    colors,
  );
