// Draws the charts of a page from the plain data that each canvas carries.
import { readColors } from "./colors.js";
import { configure } from "./configure.js";

const canvases = () => [...document.querySelectorAll("canvas[data-chart]")];

const draw = (some) => {
  if (some.length === 0) return;
  const colors = readColors();
  const { Chart } = window;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  Chart.defaults.color = colors.faint;
  for (const canvas of some) {
    Chart.getChart(canvas)?.destroy();
    new Chart(canvas, configure(JSON.parse(canvas.dataset.chart), colors));
  }
};

/** Folds the numbers away where a picture stands for them, and leaves them where none does. */
const settle = (isDrawn) => {
  for (const chart of document.querySelectorAll(".chart")) {
    const isNew = !chart.matches(".ready:not(.undrawn)");
    chart.classList.add("ready");
    chart.classList.toggle("undrawn", !isDrawn);
    if (isDrawn && isNew) chart.querySelector(".numbers")?.removeAttribute("open");
  }
};

const drawAll = () => draw(canvases());

/** Draws now, and again when the colour scheme changes; paper has the light one. */
export const drawCharts = () => {
  try {
    drawAll();
    settle(canvases().length > 0);
    for (const scheme of ["(prefers-color-scheme: dark)", "print"])
      matchMedia(scheme).addEventListener("change", drawAll);
  } catch (error) {
    settle(false);
    reportError(error);
  }
};

/** Has a chart show other data, once `drawNewCharts` draws it. */
export const changeChart = (canvas, chart) => {
  if (canvas.dataset.chart === chart) return;
  window.Chart?.getChart(canvas)?.destroy();
  canvas.dataset.chart = chart;
};

/** Draws the charts that have come to the page or have changed, and lets go of those that are gone. */
export const drawNewCharts = () => {
  const { Chart } = window;
  if (!Chart) return;
  for (const chart of Object.values(Chart.instances))
    if (!chart.canvas.isConnected) chart.destroy();
  draw(canvases().filter((canvas) => !Chart.getChart(canvas)));
  settle(canvases().length > 0);
};
