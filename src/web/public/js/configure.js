import { annotationLines } from "./annotations.js";
import { datasetsOf } from "./datasets.js";
import { writer } from "./numbers.js";

const tooltip = (chart) => {
  const exact = writer(chart, chart.unit === "rate" ? { maximumFractionDigits: 1 } : {});
  return {
    title: ([item]) => chart.labels[item.dataIndex],
    label: ({ dataset, datasetIndex, raw, dataIndex }) => {
      const value = Array.isArray(raw) ? raw.map(exact).join(" to ") : exact(raw);
      const n = chart.series[datasetIndex]?.n?.[dataIndex] ?? null;
      const rate = chart.rates?.[dataIndex] ? `, ${chart.rates[dataIndex]}` : "";
      return `${dataset.label}: ${value}${n === null ? "" : `, n = ${n}`}${rate}`;
    },
  };
};

// A legend shows each line as it is drawn, dashes and all; left alone, it shows the point. A goal is a line there too.
const labelOf = (drawn) => (label) => {
  const { type, borderColor, borderDash, borderWidth, showLine } =
    drawn.data.datasets[label.datasetIndex];
  if ((type ?? drawn.config.type) !== "line") return { ...label, pointStyle: "rect", lineWidth: 0 };
  return {
    ...label,
    pointStyle: "line",
    strokeStyle: borderColor,
    lineDash: borderDash,
    lineWidth: showLine === false ? 2.5 : borderWidth,
  };
};

const LEGEND_LABELS = {
  usePointStyle: true,
  pointStyleWidth: 22,
  boxHeight: 10,
  padding: 14,
  generateLabels: (drawn) =>
    window.Chart.defaults.plugins.legend.labels.generateLabels(drawn).map(labelOf(drawn)),
};

// The library leaves no room between the legend and the highest number of the axis.
const legendMargin = {
  id: "legendMargin",
  beforeInit({ legend }) {
    const measure = legend.fit.bind(legend);
    legend.fit = () => {
      measure();
      if (legend.options.display) legend.height += 8;
    };
  },
};

const isNarrow = ({ width }) => width < 500;

// A step of a funnel and its rate: in a row, or one below the other where there is no room.
const stepName = ({ ticks }) =>
  function nameOf(_value, index) {
    const tick = ticks[index];
    return Array.isArray(tick) && !isNarrow(this.chart) ? tick.join(" · ") : tick;
  };
const stepFont = ({ chart }) => (isNarrow(chart) ? { size: 10, lineHeight: 1.1 } : undefined);

/** The Chart.js configuration of a chart: no animation, few lines, words where they are read. */
export const configure = (chart, colors) => {
  // Lying bars have their names on the upright axis.
  const isBar = chart.type === "bar" || chart.type === "funnel";
  const isStacked = chart.type === "bar" || chart.type === "columns";
  const isInterval = chart.type === "interval";
  const isSingle = chart.series.length === 1;
  const short = writer(chart);
  const valueAxis = {
    // Scores differ where they are; counts, sums and rates are seen from nothing.
    beginAtZero: !(chart.isSplit && chart.unit === "number"),
    suggestedMax: chart.most,
    stacked: isStacked,
    border: { display: false },
    grid: { color: colors.line },
    ticks: { callback: (value) => short(value), maxTicksLimit: 5 },
  };
  const nameAxis = {
    stacked: isStacked,
    grid: { display: false },
    border: { display: !isBar, color: colors.line },
    ticks: isBar
      ? { autoSkip: false, callback: stepName(chart), font: stepFont }
      : { maxTicksLimit: 7, maxRotation: 0, autoSkipPadding: 12 },
  };
  return {
    type: chart.type === "line" ? "line" : "bar",
    data: {
      labels: chart.ticks,
      datasets: datasetsOf(chart, colors),
    },
    plugins: [
      legendMargin,
      ...(chart.annotations ? [annotationLines(chart.annotations, colors)] : []),
    ],
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: isBar ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: isBar ? "y" : "x" },
      scales: isBar ? { x: valueAxis, y: nameAxis } : { x: nameAxis, y: valueAxis },
      plugins: {
        legend: {
          display: !isInterval && !(isSingle && chart.type !== "line"),
          align: "start",
          labels: LEGEND_LABELS,
        },
        tooltip: { callbacks: tooltip(chart), displayColors: false, padding: 9 },
      },
    },
  };
};
