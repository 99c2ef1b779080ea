// Numbers on axes and in tooltips: rounded, with their unit.

const numberFormat = ({ unit, currency }) => {
  if (unit === "amount")
    return { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 };
  if (unit === "rate") return { style: "percent", maximumFractionDigits: 0 };
  return { maximumFractionDigits: 2 };
};

/** A function that writes a value of the chart. */
export const writer = (chart, more = {}) => {
  const format = new Intl.NumberFormat(chart.language, { ...numberFormat(chart), ...more });
  return (value) => format.format(value).replace("-", "−");
};
