// The colours of the style sheet, as a canvas can use them.

const token = (name) => {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

/** The same colour, mostly see-through. */
export const faded = (color, share) => `color-mix(in srgb, ${color} ${share}%, transparent)`;

/** Every colour that charts use, in the scheme of the moment. */
export const readColors = () => ({
  accent: token("accent"),
  soft: token("accent-soft"),
  faint: token("ink-faint"),
  target: token("target"),
  line: token("line"),
  series: [1, 2, 3, 4, 5, 6].map((index) => token(`series-${index}`)),
});
