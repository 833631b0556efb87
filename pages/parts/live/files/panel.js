// The live panel: levers, figures and the ladder, which move while a thumb is held.
//
// Python computes everything: for every place of a thumb it sends the figures as they are shown,
// in hundredths, and the ranks as texts. Here they are only looked up. While a thumb is held
// nothing is sent; a release, a key or a typed number tells Python once: {lever, value, mark}.

const views = new WeakMap();
const THRESHOLD = 8; // pixels that a finger goes sideways before a thumb follows it
const REST = 300; // milliseconds after the last key press
const APART = 2; // per cent of an axis between two dots that both are seen

export default function panel({ data: [data], parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  const shape = JSON.stringify([data.bare, data.large, data.mark, data.levers.map((one) => one.id)]);
  if (!view || view.shape !== shape || !view.root.isConnected) {
    const focus = view && view.root.contains(document.activeElement) ? document.activeElement.id : "";
    view?.root.remove();
    view = build(parentElement, data, shape);
    views.set(parentElement, view);
    if (focus) view.root.querySelector(`#${CSS.escape(focus)}`)?.focus();
  }
  view.tell = (value) => {
    view.root.classList.add("live-waiting");
    setTriggerValue("pull", { ...value, mark: view.data.mark });
  };
  show(view, data);
  if (data.painted && view.painted !== data.painted) {
    view.painted = data.painted;
    const tell = () => tellPainted(data.painted);
    if (document.hidden) tell(); // a tab in the background paints nothing
    else requestAnimationFrame(() => setTimeout(tell));
  }
}

// what is heavier to draw waits for this; where it does not come through, only for a while
function tellPainted(word) {
  fetch(new URL(`../../../painted/${word}`, import.meta.url)).catch(() => {});
}

// --- texts -----------------------------------------------------------------------------------

function number(view, hundredths, digits = 2, sign = false) {
  const plain = (Math.abs(hundredths) / 100).toFixed(digits).replace(".", view.data.comma);
  return (hundredths < 0 ? "−" : sign && hundredths > 0 ? "+" : "") + plain;
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function points(view, hundredths, sign) {
  return fill(view.data.words.points, { value: number(view, hundredths, 2, sign) });
}

// a score, marked where nobody published it
function marked(view, hundredths, certain) {
  return (certain ? "" : view.data.words.estimated) + number(view, hundredths);
}

function percent(view, tenths) {
  return (tenths / 10).toFixed(1).replace(".", view.data.comma) + "%";
}

// --- building --------------------------------------------------------------------------------

function element(kind, name, parent, text) {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

function build(parent, data, shape) {
  const kind = (data.bare ? " live-bare" : "") + (data.large ? " live-large" : "");
  const root = element("div", `live${kind}`, parent);
  const view = { root, shape, data, cards: [], levers: new Map(), held: null, timer: 0 };
  const right = element("div", "live-right", root);
  view.strip = element("div", "live-cards", right);
  view.strip.setAttribute("translate", "no");
  view.ladder = ladder(right, data.bare);
  if (!data.bare) {
    view.left = element("div", "live-left", root);
    for (const one of data.levers) view.levers.set(one.id, lever(view, one));
    view.foot = element("div", "live-foot", view.left);
    view.voice = element("div", "live-voice", root);
    view.voice.setAttribute("role", "status");
    view.voice.setAttribute("aria-live", "polite");
  }
  return view;
}

function lever(view, one) {
  const row = element("section", "live-lever", view.left);
  row.setAttribute("aria-label", one.name);
  const head = element("div", "live-head", row);
  const title = element("div", "live-named", head);
  const name = element("strong", "", title);
  const doing = element("span", "live-doing", title);
  const who = element("span", "live-who", head);
  const drop = element("button", "live-drop", head, "×");
  drop.type = "button";
  const line = element("div", "live-line", row);
  const track = element("div", "live-track", line);
  const slider = element("input", "", track);
  slider.type = "range";
  slider.id = `live-slide-${one.id}`;
  slider.setAttribute("aria-label", one.name);
  slider.step = "any";
  const box = element("input", "live-box", line);
  box.type = "text";
  box.id = `live-box-${one.id}`;
  box.inputMode = "decimal";
  box.autocomplete = "off";
  element("span", "live-unit", line, "%");
  const gain = element("div", "live-gain", row);
  gain.setAttribute("translate", "no");
  const notes = element("div", "live-notes", row);
  const held = { id: one.id, row, name, who, doing, drop, slider, box, gain, notes, place: null };
  drop.onclick = () => view.tell({ kind: "drop", lever: held.id });
  hold(view, held, track);
  keys(view, held);
  box.onkeydown = (event) => {
    if (event.key === "Enter") typed(view, held);
  };
  box.onblur = () => typed(view, held);
  return held;
}

function ladder(parent, bare) {
  const root = element("section", "live-ladder", parent);
  const title = element("div", "live-title", root);
  const axis = element("div", "live-axis", root);
  axis.setAttribute("role", "img");
  const marks = element("div", "live-marks", axis);
  const ghost = element("div", "live-ghost", axis);
  const own = element("div", "live-own", axis);
  const ownName = element("span", "live-flag", own);
  const near = element("table", "live-near", root);
  const body = element("tbody", "", near);
  near.setAttribute("translate", "no");
  const note = element("div", "live-note", root);
  return { root, title, axis, marks, ghost, own, ownName, body, note, bare };
}

// --- holding a thumb -------------------------------------------------------------------------

function spec(view, held) {
  return view.data.levers.find((one) => one.id === held.id);
}

function places(one) {
  return Math.round((100 - one.low) / one.step);
}

function where(one, place) {
  return place === places(one) + 1 ? one.neutral : one.low + place * one.step;
}

function nearest(one, value) {
  const inside = Math.min(100, Math.max(one.low, value));
  if (Math.abs(inside - one.neutral) < one.step / 2) return places(one) + 1;
  return Math.round((inside - one.low) / one.step);
}

function hold(view, held, track) {
  let start = null;
  const at = (event) => {
    const box = held.slider.getBoundingClientRect();
    return (event.clientX - box.left - 10) / Math.max(1, box.width - 20);
  };
  const follow = (event) => {
    const one = spec(view, held);
    const part = at(event);
    const moved = start.mouse ? part : start.part + part - start.from;
    paint(view, held, nearest(one, one.low + moved * (100 - one.low)));
  };
  const begin = (event) => {
    start.moving = true;
    view.held = held;
    track.setPointerCapture(event.pointerId);
    view.root.classList.add("live-held");
  };
  track.onpointerdown = (event) => {
    if (event.button !== 0 || !event.isPrimary || held.slider.disabled) return;
    const one = spec(view, held);
    const part = (Number(held.slider.value) - one.low) / (100 - one.low);
    start = { x: event.clientX, from: at(event), part, mouse: event.pointerType === "mouse" };
    if (start.mouse) {
      event.preventDefault();
      held.slider.focus({ preventScroll: true });
      begin(event);
      follow(event);
    }
    if (!one.tables[0].rank) view.tell({ kind: "ask", lever: held.id });
  };
  track.onpointermove = (event) => {
    if (!start) return;
    // a finger that goes up or down scrolls the page: the browser then cancels this pointer
    if (!start.moving && Math.abs(event.clientX - start.x) >= THRESHOLD) begin(event);
    if (start.moving) follow(event);
  };
  track.onpointerup = () => {
    if (start?.moving) release(view, held);
    start = null;
  };
  track.onpointercancel = () => {
    if (start?.moving) rest(view, held);
    start = null;
  };
}

function keys(view, held) {
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  held.slider.onkeydown = (event) => {
    const one = spec(view, held);
    const last = places(one);
    const now = (Number(held.slider.value) - one.low) / one.step;
    let place;
    if (event.key === "Home") place = 0;
    else if (event.key === "End") place = last;
    else if (event.key in steps) {
      const by = steps[event.key];
      place = by > 0 ? Math.floor(now + 1e-9) + by : Math.ceil(now - 1e-9) + by;
    } else return;
    event.preventDefault();
    view.held = held;
    paint(view, held, Math.min(last, Math.max(0, place)));
    clearTimeout(view.timer);
    view.timer = setTimeout(() => release(view, held), REST);
  };
  held.slider.onblur = () => {
    if (view.held === held && view.timer) release(view, held);
  };
}

function release(view, held) {
  clearTimeout(view.timer);
  view.timer = 0;
  view.held = null;
  view.root.classList.remove("live-held");
  if (held.place === null) return;
  const one = spec(view, held);
  const value = where(one, held.place);
  if (Math.abs(value - one.at) < 1e-9) return rest(view, held);
  view.spoken = held.id;
  view.tell({ kind: "pull", lever: held.id, value: String(Math.round(value * 1000) / 1000) });
}

function rest(view, held) {
  view.held = null;
  held.place = null;
  view.root.classList.remove("live-held");
  show(view, view.data);
}

function typed(view, held) {
  const one = spec(view, held);
  if (held.box.value.trim() === one.box || held.box.value === held.sent) return;
  held.sent = held.box.value;
  view.spoken = held.id;
  view.tell({ kind: "pull", lever: held.id, value: held.box.value.slice(0, 60) });
}

// --- showing ---------------------------------------------------------------------------------

function show(view, data) {
  const news = view.data !== data;
  view.data = data;
  if (news) view.root.classList.remove("live-waiting");
  if (view.cards.length !== data.cards.length) {
    view.strip.replaceChildren();
    view.cards = data.cards.map(() => card(view.strip));
  }
  for (const one of data.levers) state(view, view.levers.get(one.id), one);
  rungs(view);
  figures(view, data.cards, null);
  if (data.flags) flags(view);
  if (view.foot) foot(view);
  if (view.held) paint(view, view.held, view.held.place ?? nearest(spec(view, view.held), spec(view, view.held).at));
  if (news && view.spoken) speak(view);
}

function state(view, held, one) {
  const words = view.data.words;
  held.name.textContent = one.name;
  held.who.textContent = one.who;
  held.who.title = one.who;
  held.doing.textContent = one.doing;
  held.doing.title = one.doing;
  held.drop.hidden = !one.changed;
  held.drop.title = words.drop;
  held.drop.setAttribute("aria-label", `${words.drop}: ${one.name}`);
  held.row.classList.toggle("live-changed", one.changed);
  held.slider.min = one.low;
  held.slider.max = 100;
  held.box.setAttribute("aria-label", fill(words.box, { name: one.name }));
  held.sent = undefined;
  if (view.held !== held) {
    held.place = null;
    held.slider.value = one.at;
    if (document.activeElement !== held.box || held.box.value !== one.box) held.box.value = one.box;
    const last = view.data.cards.at(-1);
    says(view, held, one, one.box, last);
    gained(view, held, one, one.changed ? one.reached : null, one.won, one.at);
  }
  const notes = JSON.stringify(one.notes);
  if (held.told !== notes) {
    held.told = notes;
    held.notes.replaceChildren();
    for (const words of one.notes) element("div", "", held.notes, words);
  }
}

function says(view, held, one, value, { score, certain, rank }) {
  const shown = { value, score: marked(view, score, certain), rank: rank ? rank[1] : "…" };
  held.slider.setAttribute("aria-valuetext", fill(view.data.words.value, shown));
}

function gained(view, held, one, tenths, won, at) {
  const words = view.data.words;
  if (tenths === null) {
    held.gain.textContent = one.room;
    held.gain.dataset.sign = "";
    return;
  }
  const parts = [fill(words.reached, { from: one.from, to: percent(view, tenths) })];
  parts.push(points(view, won, true));
  // a floor from elsewhere may stand below the province's rate, and still raises
  if (one.lowers && at < one.neutral && won <= 0) parts.push(words.lower);
  held.gain.textContent = parts.join(" · ");
  held.gain.dataset.sign = won > 0 ? "up" : won < 0 ? "down" : "";
}

function paint(view, held, place) {
  const one = spec(view, held);
  const { data } = view;
  held.place = place;
  const value = where(one, place);
  const shown = (Math.round(value * 10) / 10).toFixed(1).replace("-", "−").replace(".", data.comma);
  held.slider.value = value;
  held.box.value = shown;
  const moved = data.cards.map((card) => {
    const at = data.horizons.indexOf(card.key);
    if (at < 0) return card;
    const table = one.tables[at];
    return {
      ...card,
      score: table.score[place],
      gain: table.score[place] - table.before,
      certain: Array.isArray(table.certain) ? table.certain[place] : table.certain,
      rank: table.rank ? data.ranks[table.rank[place]] : null,
    };
  });
  figures(view, moved, held);
  const at = data.horizons.indexOf(data.shown);
  const table = one.tables[at];
  const still = place === places(one) + 1;
  gained(view, held, one, still ? null : one.rates[place], table.score[place] - table.score.at(-1), value);
  says(view, held, one, shown, moved.at(-1));
}

function card(parent) {
  const root = element("div", "live-card", parent);
  root.dataset.testid = "live-card";
  const name = element("div", "live-name", root);
  const line = element("div", "live-figure", root);
  const score = element("span", "live-score", line);
  score.dataset.testid = "live-score";
  const gain = element("span", "live-change", line);
  const rank = element("div", "live-rank", root);
  const label = element("span", "", rank);
  const place = element("b", "", rank);
  place.dataset.testid = "live-rank";
  const range = element("span", "live-range", rank);
  const more = element("div", "live-more", root);
  return { root, name, score, gain, label, place, range, more };
}

function figures(view, cards, held) {
  const { words } = view.data;
  cards.forEach((one, at) => {
    const to = view.cards[at];
    to.root.classList.toggle("live-shown", one.key === view.data.shown && !view.data.bare);
    to.root.dataset.only = one.only ?? "";
    write(to.name, one.name);
    write(to.score, marked(view, one.score, one.certain));
    write(to.gain, one.gain ? points(view, one.gain, true) : "");
    to.gain.dataset.sign = one.gain > 0 ? "up" : one.gain < 0 ? "down" : "";
    write(to.label, words.rank);
    write(to.place, one.rank ? one.rank[1] : "…");
    write(to.range, one.rank ? one.rank[2] : "");
    const other = one.rank && one.without !== undefined && one.without !== one.rank[0];
    const rest = other ? fill(words.without, { rank: one.unless }) : held ? "" : one.still ?? "";
    write(to.more, rest);
  });
  const shown = cards.find((one) => one.key === view.data.shown);
  if (shown) climb(view, shown);
}

function write(to, words) {
  if (to.textContent !== words) to.textContent = words;
}

function rungs(view) {
  const { data, ladder: to } = view;
  const one = data.ladder;
  write(to.title, one.title);
  write(to.note, one.note);
  const drawn = JSON.stringify([one.scores, one.low, one.high]);
  if (to.drawn === drawn) return;
  to.drawn = drawn;
  to.marks.replaceChildren();
  const rows = data.large ? piled(one) : [];
  to.axis.style.setProperty("--live-rows", Math.max(3, ...rows.map((row) => row + 1)));
  to.dots = one.scores.map((score, k) => {
    const dot = element("i", "live-dot", to.marks);
    dot.style.left = `${part(one, score)}%`;
    if (rows[k]) dot.style.setProperty("--live-row", rows[k]);
    return dot;
  });
  const wide = (one.high - one.low) / one.step;
  const every = one.step * Math.max(1, Math.ceil(wide / 8));
  for (let at = one.low; at <= one.high; at += every) {
    const tick = element("span", "live-tick", to.marks, number(view, at, 0));
    tick.style.left = `${part(one, at)}%`;
  }
}

// for a room: on which row each dot lies, so that none hides another
function piled(one) {
  const ends = []; // where the last dot of each row is
  const rows = [];
  for (let k = one.scores.length - 1; k >= 0; k -= 1) {
    const at = part(one, one.scores[k]);
    let row = ends.findIndex((end) => at - end >= APART);
    if (row < 0) row = ends.length;
    ends[row] = at;
    rows[k] = row;
  }
  return rows;
}

function part(one, score) {
  const inside = (score - one.low) / Math.max(1, one.high - one.low);
  return 100 * Math.min(1, Math.max(0, inside));
}

function climb(view, card) {
  const { data, ladder: to } = view;
  const one = data.ladder;
  const { words } = data;
  const at = part(one, card.score);
  to.own.style.left = `${at}%`;
  to.own.classList.toggle("live-far", at > 60);
  write(to.ownName, `${one.own} ${marked(view, card.score, card.certain)}`);
  to.ghost.style.left = `${part(one, one.without)}%`;
  to.ghost.hidden = one.without === card.score;
  to.ghost.title = words.ghost;
  // who is above follows the rank where it is known, else the scores as they are shown
  const rank = card.rank ? card.rank[0] : 1 + one.scores.filter((s) => s > card.score).length;
  to.dots.forEach((dot, k) => dot.classList.toggle("live-passed", k >= rank - 1));
  const last = one.scores.length;
  const first = Math.min(Math.max(0, rank - 3), Math.max(0, last - 4));
  const rows = [];
  for (let k = first; k < Math.min(last, first + 4); k += 1) {
    if (k === rank - 1) rows.push(null);
    rows.push(k);
  }
  if (!rows.includes(null)) rows.push(null);
  const cells = rows.map((k) => {
    if (k === null) return ["live-we", String(rank), one.own, marked(view, card.score, card.certain), ""];
    const gap = one.scores[k] - card.score;
    const above = k < rank - 1;
    const amount = points(view, Math.abs(gap), false);
    // where unit rates are estimated, ranks are of draws and scores their middles: the order of two
    // that lie close may differ, and a difference of the other sign is none to win or to lose
    const against = above ? gap < 0 : gap > 0;
    const said = gap === 0 ? words.level : against ? words.close
      : fill(above ? words.pass : words.ahead, { points: (above ? "+" : "") + amount });
    return ["", String(above ? k + 1 : k + 2), one.names[k] ?? words.nameless, marked(view, one.scores[k], one.settled), said];
  });
  while (to.body.rows.length < cells.length) {
    const row = element("tr", "", to.body);
    for (let n = 0; n < 4; n += 1) element(n === 1 ? "th" : "td", "", row);
    row.cells[1].scope = "row";
  }
  while (to.body.rows.length > cells.length) to.body.rows[cells.length].remove();
  cells.forEach(([kind, ...texts], n) => {
    const row = to.body.rows[n];
    row.className = kind;
    texts.forEach((text, c) => write(row.cells[c], text));
  });
  const near = (k) => (k >= 0 && k < last ? `${one.names[k] ?? words.nameless} ${marked(view, one.scores[k], one.settled)}` : "–");
  const label = fill(words.ladder, {
    own: one.own,
    score: marked(view, card.score, card.certain),
    rank: card.rank ? card.rank[1] : "…",
    above: near(rank - 2),
    below: near(rank - 1),
  });
  if (to.axis.getAttribute("aria-label") !== label) to.axis.setAttribute("aria-label", label);
}

// several scenarios on one ladder, each with a flag on a row of its own
function flags(view) {
  const { data, ladder: to } = view;
  const one = data.ladder;
  const rows = data.flags.length;
  to.root.classList.add("live-flags");
  to.axis.style.height = `${2.8 + 1.5 * rows}rem`;
  to.axis.querySelectorAll(".live-mark").forEach((old) => old.remove());
  data.flags.forEach((flag, n) => {
    const at = part(one, flag.score);
    const mark = element("div", at > 50 ? "live-mark live-far" : "live-mark", to.axis);
    mark.style.left = `${at}%`;
    mark.style.height = `${2.4 + 1.5 * (rows - n - 1)}rem`;
    mark.setAttribute("translate", "no");
    const label = element("span", "live-label", mark);
    element("span", "live-whose", label, `${flag.name} `);
    element("b", "", label, `${marked(view, flag.score, flag.certain)} · ${data.words.rank} ${flag.rank}`);
  });
  const said = data.flags.map((flag) => `${flag.name}: ${marked(view, flag.score, flag.certain)}, ${data.words.rank} ${flag.rank}`);
  to.axis.setAttribute("aria-label", said.join("; "));
}

function foot(view) {
  const { data } = view;
  const made = JSON.stringify([data.more, data.others]);
  if (view.footed === made) return;
  view.footed = made;
  view.foot.replaceChildren();
  if (data.more) {
    const button = element("button", "live-morebutton", view.foot, data.more);
    button.type = "button";
    button.onclick = () => view.tell({ kind: "more" });
  }
  for (const words of data.others) element("div", "live-other", view.foot, words);
}

function speak(view) {
  const one = view.data.levers.find((lever) => lever.id === view.spoken);
  view.spoken = null;
  const last = view.data.cards.at(-1);
  if (!one) return;
  view.voice.textContent = fill(view.data.words.said, {
    lever: one.name,
    value: one.box,
    horizon: last.name,
    score: marked(view, last.score, last.certain),
    rank: last.rank[1],
  });
}
