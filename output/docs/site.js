"use strict";
// What a page does beyond being read: search, copy, fill in samples. It stores nothing and sends nothing.

(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
  };

  // --- Contents: closed where there is little room, and showing where the reader is.

  const narrow = window.matchMedia("(max-width: 59.99rem)");
  const contents = find("#contents");
  const settle = () => { contents.open = !narrow.matches; };
  settle();
  narrow.addEventListener("change", settle);
  contents.addEventListener("click", (event) => {
    if (narrow.matches && event.target.closest("a")) contents.open = false;
  });

  all("a[aria-current]", contents).forEach((link) => { link.dataset.page = link.getAttribute("aria-current"); });
  const links = new Map(all('a[href^="#"]', contents).map((link) => [link.hash.slice(1), link]));
  const visible = new Set();
  // (scrollIntoView would let the tab key go on from here, and not from what is read.)
  const reveal = (link) => {
    const list = find(".contents");
    const [inner, outer] = [link, list].map((each) => each.getBoundingClientRect());
    list.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
  };
  let current = null;
  const seen = new IntersectionObserver((entries) => {
    entries.forEach(({ target, isIntersecting }) => (isIntersecting ? visible.add(target.id) : visible.delete(target.id)));
    // The innermost of those that are seen: its link comes last.
    const link = [...links].filter(([id]) => visible.has(id)).map(([, each]) => each).pop();
    if (!link || link === current) return;
    if (current?.dataset.page) current.setAttribute("aria-current", current.dataset.page);
    else if (current) current.removeAttribute("aria-current");
    current = link;
    current.setAttribute("aria-current", "location");
    if (!narrow.matches) reveal(current);
  }, { rootMargin: "-10% 0px -80% 0px" });
  all("section[id], article[id]").forEach((element) => seen.observe(element));

  // --- Copy: exactly what is shown.

  const status = find('[role="status"]');
  const say = (text) => {
    status.textContent = "";
    window.setTimeout(() => { status.textContent = text; }, 50);
  };
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // (Pages that came over plain http have no clipboard but this one.)
      const field = make("textarea", { class: "unseen", "aria-hidden": "true" });
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  all("pre").forEach((block) => {
    const button = make("button", { type: "button", class: "copy", "aria-label": `Copy ${block.dataset.label || "the code"}` }, "Copy");
    button.addEventListener("click", async () => {
      const done = await copied(find("code", block).textContent);
      button.textContent = done ? "Copied" : "Not copied";
      say(done ? "Copied." : "The browser did not allow it.");
      window.setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    const around = make("div", { class: "block" });
    block.replaceWith(around);
    around.append(button, block);
  });

  // --- Fill in: values go into the samples and nowhere else.

  const references = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const quoted = (text) => text.replaceAll("'", "'\\''");
  // curl would expand brackets and braces, take a leading dash for an option, and read a file from `file://`.
  const addressed = (text) => {
    const [, scheme, rest] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text.trim());
    const local = /^(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.-])/i.test(rest);
    const known = /^https?$/i.test(scheme || "") ? scheme : local ? "http" : "https";
    const [, host, path] = /^(\[[0-9a-f:.]+\](?::\d+)?(?=\/|$))?(.*)$/is.exec(rest.replace(/\/+$/, ""));
    return `${known}://${host || ""}${path.replace(/[[\]{}]/g, encodeURIComponent)}`;
  };
  const written = Object.assign(Object.create(null), {
    address: (text) => quoted(addressed(text)),
    header: (text) => quoted(text.replace(/[\r\n]+/g, " ").trim()),
    xml: (text) => quoted(references(text)),
    quotedxml: (text) => quoted(references(text)),
    json: (text) => quoted(JSON.stringify(text).slice(1, -1)),
    quoted: (text) => quoted(text.replace(/[\\"]/g, "\\$&")),
    quotedjson: (text) => quoted(JSON.stringify(text).slice(1, -1).replace(/[\\"]/g, "\\$&")),
    url: (text) => quoted(encodeURIComponent(text)),
    text: quoted,
  });
  const box = find("#credentials");
  if (box) {
    const spans = new Map();
    all(".fill").forEach((span) => {
      const { name } = span.dataset;
      spans.set(name, [...(spans.get(name) || []), [span, span.textContent]]);
    });
    const fill = (name, value) => (spans.get(name) || []).forEach(([span, before]) => {
      span.textContent = value.trim() ? written[span.dataset.as](value) : before;
    });
    const server = find("#fill-server");
    const other = find("#fill-other");
    const typed = find("#fill-address");
    const choose = () => {
      other.hidden = server.value !== "";
      fill("address", server.value || typed.value);
    };
    server.addEventListener("change", choose);
    typed.addEventListener("input", choose);
    all("[data-fill]", box).forEach((input) => {
      input.value = "";
      input.addEventListener("input", () => fill(input.dataset.fill, input.value));
    });
    server.selectedIndex = 0;
    typed.value = "";
    box.hidden = spans.size === 0;
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !box.open) return;
      box.open = false;
      find("summary", box).focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!box.contains(event.target)) box.open = false;
    });
  }

  // --- Search: the index is a script of its own, loaded when somebody is about to search.

  const form = find(".search");
  const input = find("#search");
  const results = find("#results");
  const MOST = 50;
  let index = null;
  let chosen = -1;
  form.hidden = false;

  window.callsheetIndex = (entries) => {
    index = entries.map(([kind, title, url, detail, words]) => ({
      kind, title, url, detail, words,
      name: title.toLowerCase(), way: detail.toLowerCase(), rest: words.toLowerCase(),
    }));
    show();
    lost();
  };
  const load = () => {
    if (find('script[src="search-index.js"]')) return;
    document.head.append(make("script", { src: "search-index.js" }));
  };
  const ORDER = { operation: 0, page: 1, schema: 2, answer: 3 };
  const BONUS = 15; // of an operation, which is what most look for
  const worth = (entry, word) => {
    if (entry.name === word) return 60;
    if (entry.name.startsWith(word)) return 40;
    if (new RegExp(`(^|[^a-z0-9])${word.replace(/[^a-z0-9]/g, "\\$&")}`).test(entry.name)) return 30;
    if (entry.name.includes(word)) return 20;
    if (entry.way.includes(word)) return 15;
    const at = ` ${entry.rest} `.indexOf(` ${word} `);
    if (at >= 0) return 8;
    return entry.rest.includes(word) ? 4 : 0;
  };
  const ranked = (query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length || !index) return [];
    const found = [];
    for (const entry of index) {
      let sum = 0;
      for (const word of words) {
        const value = worth(entry, word);
        if (!value) { sum = 0; break; }
        sum += value;
      }
      if (sum) found.push([sum + (entry.kind === "operation" ? BONUS : 0), entry]);
    }
    found.sort((a, b) => b[0] - a[0] || ORDER[a[1].kind] - ORDER[b[1].kind]);
    return found.slice(0, MOST).map(([, entry]) => [entry, words]);
  };
  const marked = (text, words) => {
    const pattern = new RegExp(`(${words.map((word) => word.replace(/[^a-z0-9]/gi, "\\$&")).join("|")})`, "gi");
    return text.split(pattern).map((part, at) => (at % 2 ? make("mark", {}, part) : part));
  };
  const excerpt = (entry, words) => {
    const word = words.find((each) => !entry.name.includes(each) && !entry.way.includes(each));
    if (!word) return "";
    const at = entry.rest.indexOf(word);
    const start = Math.max(0, at - 40);
    return `${start ? "…" : ""}${entry.words.slice(start, at + word.length + 60)}…`;
  };
  const choose = (at) => {
    const options = all("li", results);
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    chosen = at;
    if (options[at]) {
      input.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };
  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const go = (option) => {
    close();
    input.blur();
    const before = location.href;
    location.href = option.dataset.url;
    if (location.href === before || location.hash) arrive();
  };
  const show = () => {
    const found = ranked(input.value);
    results.replaceChildren(...found.map(([entry, words], at) => {
      const option = make("li", { role: "option", id: `result-${at}`, "aria-selected": "false" }, make("span", {}, ...marked(entry.title, words)));
      if (entry.detail) option.append(make("span", { class: "detail" }, ...marked(entry.detail, words)));
      const text = excerpt(entry, words);
      if (text) option.append(make("span", { class: "found" }, ...marked(text, words)));
      option.dataset.url = entry.url;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); });
      option.addEventListener("click", () => go(option));
      return option;
    }));
    const asked = input.value.trim() !== "" && index !== null;
    results.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(found.length ? 0 : -1);
    if (asked) say(found.length ? `${found.length}${found.length === MOST ? " or more" : ""} found.` : "Nothing found.");
  };
  input.addEventListener("focus", load);
  input.addEventListener("input", () => { load(); show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const options = all("li", results);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (results.hidden) { show(); return; }
      if (options.length) choose((chosen + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (options[chosen]) go(options[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (results.hidden) input.value = "";
      close();
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  // --- Arriving: whoever follows a link goes on from there; what moved to another page is looked for.

  const sought = () => {
    const hash = location.hash.slice(1);
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash;
    }
  };
  const arrive = () => {
    const target = document.getElementById(sought());
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  const lost = () => {
    const id = sought();
    if (!id || document.getElementById(id)) return;
    const entry = index.find((each) => each.url.endsWith(`#${id}`));
    if (entry) location.replace(entry.url);
  };
  if (sought() && !document.getElementById(sought())) load();

  // --- Print: everything open.

  window.addEventListener("beforeprint", () => all("main details:not(.credentials)").forEach((each) => { each.open = true; }));
})();
