// Notes on days: thin lines from the top of a chart to its axis, each with the number under which the page lists it.

const FONT_PX = 11;
/** Numbers that would stand in each other are left out; the list has them all. */
const APART_PX = 14;

/** A plugin of Chart.js for one chart. */
export const annotationLines = (lines, colors) => ({
  id: "annotations",
  afterDatasetsDraw: (chart) => {
    const { ctx, chartArea, scales } = chart;
    const pixelAt = (at) => {
      const index = Math.floor(at);
      const here = scales.x.getPixelForValue(index);
      const share = at - index;
      return share === 0 ? here : here + share * (scales.x.getPixelForValue(index + 1) - here);
    };
    ctx.save();
    ctx.strokeStyle = colors.faint;
    ctx.fillStyle = colors.faint;
    ctx.lineWidth = 1;
    ctx.font = `600 ${FONT_PX}px ${window.Chart.defaults.font.family}`;
    ctx.textBaseline = "top";
    let last = Number.NEGATIVE_INFINITY;
    for (const { at, label } of lines) {
      const x = Math.round(pixelAt(at)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      if (x - last < APART_PX) continue;
      last = x;
      // Beside its line, and on the other side where there is no room.
      const isLeft = x + 4 + ctx.measureText(label).width > chartArea.right;
      ctx.textAlign = isLeft ? "right" : "left";
      ctx.fillText(label, isLeft ? x - 4 : x + 4, chartArea.top);
    }
    ctx.restore();
  },
});
