// Draws the charts of a page from the plain data that each canvas carries.
import { readColors } from "./colors.js";
import { configure } from "./configure.js";

const draw = () => {
  const colors = readColors();
  const { Chart } = window;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  Chart.defaults.color = colors.faint;
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    Chart.getChart(canvas)?.destroy();
    new Chart(canvas, configure(JSON.parse(canvas.dataset.chart), colors));
  }
};

/** Folds the numbers away where a picture stands for them, and leaves them where none does. */
const settle = (isDrawn) => {
  for (const chart of document.querySelectorAll(".chart")) {
    chart.classList.add("ready");
    chart.classList.toggle("undrawn", !isDrawn);
    if (isDrawn) chart.querySelector(".numbers")?.removeAttribute("open");
  }
};

/** Draws now, and again when the colour scheme changes; paper has the light one. */
export const drawCharts = () => {
  if (!document.querySelector("canvas[data-chart]")) return settle(false);
  try {
    draw();
    settle(true);
    for (const scheme of ["(prefers-color-scheme: dark)", "print"])
      matchMedia(scheme).addEventListener("change", draw);
  } catch (error) {
    settle(false);
    reportError(error);
  }
};
