// Keeps an open page up to date: the server says when the data behind it have changed, and the page reads itself again.
import { tellTime } from "./freshness.js";
import { isRefusal, renew, say } from "./renew.js";

const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const PAUSED = "tidemark.paused";

let source;
let timer;
let failures = 0;
let isOver = false;
let isUpdating = false;
let isOutdated = false;

const place = () => document.querySelector("[data-changes]");
const isPaused = () => localStorage.getItem(PAUSED) !== null;

const address = () => {
  const { changes, version } = place().dataset;
  return `${changes}?version=${encodeURIComponent(version)}`;
};

const close = () => {
  source?.close();
  clearTimeout(timer);
  source = timer = undefined;
};

const end = () => {
  isOver = true;
  close();
  document.querySelector("[data-updates]").hidden = true;
};

/** Connects only while somebody can see the page: a browser has six connections to a server for all its tabs. */
const connect = () => {
  if (isOver || document.hidden || isPaused()) return close();
  if (source || timer) return;
  source = new EventSource(address());
  source.addEventListener("changed", update);
  source.addEventListener("unchanged", () => {
    if (!isUpdating) tellTime();
  });
  source.addEventListener("error", () => {
    // While it tries again by itself, it is not closed.
    if (source?.readyState === EventSource.CLOSED) findOut();
  });
};

/** Later and later, and never all pages at once. */
const connectLater = () => {
  close();
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  failures += 1;
  timer = setTimeout(
    () => {
      timer = undefined;
      connect();
    },
    pause * (0.5 + Math.random()),
  );
};

/** An event source does not say why it was refused. */
const findOut = async () => {
  connectLater();
  const headers = { Accept: "text/event-stream" };
  const answer = await fetch(address(), { method: "HEAD", headers }).catch(() => undefined);
  if (isRefusal(answer?.status)) end();
};

const update = async () => {
  isOutdated = true;
  if (isUpdating) return;
  isUpdating = true;
  try {
    while (isOutdated && !isOver) {
      isOutdated = false;
      const outcome = await renew();
      if (outcome === "refused") end();
      else if (outcome === "done") failures = 0;
      // The server will see that the page is still what it was.
      else connectLater();
    }
  } finally {
    isUpdating = false;
  }
};

const offerPause = () => {
  const updates = document.querySelector("[data-updates]");
  const button = updates.querySelector("button");
  const show = () => {
    button.textContent = isPaused() ? "Resume updates" : "Pause updates";
    updates.classList.toggle("paused", isPaused());
  };
  button.addEventListener("click", () => {
    if (isPaused()) localStorage.removeItem(PAUSED);
    else localStorage.setItem(PAUSED, "yes");
    show();
    say(isPaused() ? "Updates paused" : "Updates resumed");
    connect();
  });
  // In another tab, it may have been clicked meanwhile.
  addEventListener("storage", () => {
    show();
    connect();
  });
  show();
  updates.hidden = false;
};

export const followChanges = () => {
  if (!place() || !window.EventSource) return;
  offerPause();
  document.addEventListener("visibilitychange", connect);
  // A page that the browser keeps for going back must have no connection.
  addEventListener("pagehide", close);
  addEventListener("pageshow", connect);
};
