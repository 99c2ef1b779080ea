// Draws the charts of a page from the plain data that each canvas carries. Colours come from the style sheet.
(() => {
  const token = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };

  const faded = (color, share) => `color-mix(in srgb, ${color} ${share}%, transparent)`;

  const numberFormat = ({ unit, currency }) => {
    if (unit === "amount")
      return { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 };
    if (unit === "rate") return { style: "percent", maximumFractionDigits: 0 };
    return { maximumFractionDigits: 2 };
  };

  const write = (chart, more = {}) => {
    const format = new Intl.NumberFormat("en-US", { ...numberFormat(chart), ...more });
    return (value) => format.format(value).replace("-", "−");
  };

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

  const lines = (chart, colors) =>
    chart.series.map((series, index) => {
      const many = chart.isSplit;
      const color = colors.series[index % colors.series.length];
      const own = many
        ? {
            borderColor: color,
            backgroundColor: color,
            // The first line is all of them together, the rest single ones.
            borderWidth: index === 0 ? 3 : 1.4,
            borderDash: DASHES[index % DASHES.length],
            pointStyle: POINTS[index % POINTS.length],
            pointRadius: index === 0 ? 0 : 2,
            order: index === 0 ? 0 : 1,
          }
        : roleStyle[series.role](colors);
      return {
        pointRadius: 0,
        pointHoverRadius: 4,
        tension: 0,
        ...own,
        label: series.label,
        data: series.data,
      };
    });

  const bars = (chart, colors) =>
    chart.series.map((series) => ({
      label: series.label,
      data: series.data,
      backgroundColor: series.role === "soft" ? colors.soft : colors.accent,
      borderRadius: 2,
      maxBarThickness: 18,
    }));

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

  const tooltip = (chart) => {
    const exact = write(chart, chart.unit === "rate" ? { maximumFractionDigits: 1 } : {});
    return {
      title: ([item]) => chart.labels[item.dataIndex],
      label: ({ dataset, raw, dataIndex }) => {
        const value = Array.isArray(raw) ? raw.map(exact).join(" to ") : exact(raw);
        const n =
          chart.n && !Array.isArray(raw) && !chart.isSplit ? `, n = ${chart.n[dataIndex]}` : "";
        return `${dataset.label}: ${value}${n}`;
      },
    };
  };

  // A legend shows each line as it is drawn, dashes and all; left alone, it shows the point.
  const LINE_LABELS = {
    usePointStyle: true,
    pointStyleWidth: 24,
    padding: 14,
    generateLabels: (drawn) =>
      window.Chart.defaults.plugins.legend.labels.generateLabels(drawn).map((label) => {
        const { borderColor, borderDash, borderWidth } = drawn.data.datasets[label.datasetIndex];
        return {
          ...label,
          pointStyle: "line",
          strokeStyle: borderColor,
          lineDash: borderDash,
          lineWidth: borderWidth,
        };
      }),
  };

  const configure = (chart, colors) => {
    const isBar = chart.type === "bar";
    const isInterval = chart.type === "interval";
    const short = write(chart);
    const valueAxis = {
      beginAtZero: !chart.isSplit,
      suggestedMax: chart.most,
      stacked: isBar,
      border: { display: false },
      grid: { color: colors.line },
      ticks: { callback: (value) => short(value), maxTicksLimit: 5 },
    };
    const nameAxis = {
      stacked: isBar,
      grid: { display: false },
      border: { display: !isBar, color: colors.line },
      ticks: { maxTicksLimit: isBar ? 20 : 7, maxRotation: 0, autoSkipPadding: 12 },
    };
    return {
      type: chart.type === "line" ? "line" : "bar",
      data: {
        labels: chart.ticks,
        datasets: isInterval
          ? intervals(chart, colors)
          : isBar
            ? bars(chart, colors)
            : lines(chart, colors),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: isBar ? "y" : "x",
        interaction: { mode: "index", intersect: false, axis: isBar ? "y" : "x" },
        scales: isBar ? { x: valueAxis, y: nameAxis } : { x: nameAxis, y: valueAxis },
        plugins: {
          legend: {
            display: !isInterval,
            align: "start",
            labels: isBar ? { boxWidth: 20, boxHeight: 10, padding: 14 } : LINE_LABELS,
          },
          tooltip: { callbacks: tooltip(chart), displayColors: false, padding: 9 },
        },
      },
    };
  };

  const drawAll = () => {
    const colors = {
      accent: token("accent"),
      soft: token("accent-soft"),
      faint: token("ink-faint"),
      target: token("target"),
      line: token("line"),
      series: [1, 2, 3, 4, 5, 6].map((index) => token(`series-${index}`)),
    };
    const { Chart } = window;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    Chart.defaults.color = colors.faint;
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      Chart.getChart(canvas)?.destroy();
      new Chart(canvas, configure(JSON.parse(canvas.dataset.chart), colors));
    }
  };

  const section = (state) => {
    for (const chart of document.querySelectorAll(".chart")) {
      chart.classList.add("ready");
      chart.classList.toggle("undrawn", state === "undrawn");
      if (state === "drawn") chart.querySelector(".numbers")?.removeAttribute("open");
    }
  };

  if (!document.querySelector("canvas[data-chart]")) return section("undrawn");
  try {
    drawAll();
    section("drawn");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  } catch (error) {
    // The numbers stand in for the pictures, and what follows in this file still runs.
    section("undrawn");
    reportError(error);
  }
})();
