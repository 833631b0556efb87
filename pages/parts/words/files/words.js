// The language of the screen, where Streamlit knows only the browser's or English.
//
// Loaded before Streamlit's own code. The address says the language: Vietnamese, or language=en.
(() => {
  "use strict";
  const WORDS = {WORDS}; // English -> Vietnamese; `*` is what Streamlit fills in
  const NAMES = ["aria-label", "title", "placeholder"];
  // what people and the pages wrote is never taken for Streamlit's own words
  const OURS = '[data-testid="stMarkdownContainer"], .stHtml, [contenteditable="true"], .live';
  const THEIRS = ".stFileUploader";

  const language = () =>
    new URLSearchParams(location.search).get("language") === "en" ? "en" : "vi";

  // months, week days and decimal commas follow the screen, not the browser
  for (const [name, value] of [
    ["language", () => (language() === "en" ? "en-GB" : "vi-VN")],
    ["languages", () => [navigator.language]],
  ]) {
    Object.defineProperty(navigator, name, { get: value, configurable: true });
  }

  const exact = new Map();
  const patterns = [];
  for (const [english, vietnamese] of Object.entries(WORDS)) {
    if (!english.includes("*")) {
      exact.set(english, vietnamese);
      continue;
    }
    const plain = english.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, "(.+?)");
    patterns.push([new RegExp(`^${plain}$`, "s"), vietnamese]);
  }
  // the longest first: "200MB per file • CSV" is also "* per file"
  patterns.sort((a, b) => b[0].source.length - a[0].source.length);

  function said(words) {
    const trimmed = words.trim();
    if (!trimmed || trimmed.length > 300) return null;
    if (exact.has(trimmed)) return words.replace(trimmed, () => exact.get(trimmed));
    for (const [pattern, vietnamese] of patterns) {
      const found = trimmed.match(pattern);
      if (found) {
        let place = 0;
        return vietnamese.replace(/\*/g, () => found[++place]);
      }
    }
    return null;
  }

  // what Streamlit wrote and what stands there instead, so that English can come back
  const changed = new Map();

  function put(node, name, words, write) {
    const before = changed.get(node)?.[name];
    const original = before && before.shown === words ? before.original : words;
    const shown = language() === "en" ? original : (said(original) ?? original);
    if (shown === words) return;
    write(shown);
    changed.set(node, { ...changed.get(node), [name]: { original, shown } });
  }

  function text(node) {
    const parent = node.parentElement;
    if (!parent || parent.tagName === "SCRIPT" || parent.tagName === "STYLE") return;
    if (parent.closest(OURS) && !parent.closest(THEIRS)) return;
    put(node, "text", node.nodeValue, (words) => (node.nodeValue = words));
  }

  function attributes(element) {
    for (const name of NAMES) {
      const words = element.getAttribute(name);
      if (words) put(element, name, words, (value) => element.setAttribute(name, value));
    }
  }

  function all(root) {
    if (root.nodeType === Node.TEXT_NODE) return text(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    attributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) text(node);
      else attributes(node);
    }
  }

  let now = "";
  function follow() {
    if (now === language()) return;
    now = language();
    document.documentElement.lang = now;
    if (document.body) all(document.body);
  }

  new MutationObserver((records) => {
    follow();
    for (const record of records) {
      if (record.type === "childList") record.addedNodes.forEach(all);
      else if (record.type === "characterData") text(record.target);
      else attributes(record.target);
    }
    for (const node of changed.keys()) if (!node.isConnected) changed.delete(node);
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: NAMES,
  });
  follow();
})();
