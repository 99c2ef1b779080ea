// A definition opens when something leads to it.

const openTarget = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const details = target ? target.closest("details") : null;
  if (!details) return;
  details.open = true;
  target.scrollIntoView({ block: "center" });
};

export const openDefinitions = () => {
  addEventListener("hashchange", openTarget);
  openTarget();
};
