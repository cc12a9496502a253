// The page side of the harness: finds what a person would mean by the words they use. It is
// evaluated anew for every step, changes nothing by itself, and throws an Error with a sentence
// for the test's reader when the page does not have what was asked for.
(() => {
  const tidy = (s) => (s || "").replace(/\s+/g, " ").trim();
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;
  const list = (names) => [...new Set(names.filter(Boolean))].slice(0, 40).map((n) => `「${n}」`).join(" ") || "none";

  const boxes = "tr, li, article, section, fieldset, form, details, dl > div, [role=group], [role=row]";
  function within(words) {
    let root = document;
    for (const word of words) {
      const fit = [...root.querySelectorAll(boxes)].filter((el) => seen(el) && tidy(el.innerText).includes(word));
      const least = fit.filter((el) => !fit.some((other) => other !== el && el.contains(other)));
      if (least.length === 0) throw new Error(`no row, item or section here contains 「${word}」`);
      if (least.length > 1) throw new Error(`${least.length} rows, items or sections contain 「${word}」: say something only one of them has`);
      root = least[0];
    }
    return root;
  }

  function labels(el) {
    const out = [];
    const by = el.getAttribute("aria-labelledby");
    if (by) out.push(tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.innerText).join(" ")));
    if (el.getAttribute("aria-label")) out.push(tidy(el.getAttribute("aria-label")));
    for (const l of el.labels || []) out.push(tidy(l.innerText));
    return out;
  }
  function legend(el) {
    const set = el.closest("fieldset, [role=radiogroup], [role=group]");
    if (!set) return "";
    const by = set.getAttribute("aria-labelledby");
    if (by) return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.innerText).join(" "));
    return tidy(set.getAttribute("aria-label") || set.querySelector(":scope > legend")?.innerText);
  }

  // best takes the exact matches if there are any, else those that contain the words.
  function best(all, words, textsOf, what) {
    const exact = all.filter((el) => textsOf(el).includes(words));
    const fit = exact.length ? exact : all.filter((el) => textsOf(el).some((t) => t.includes(words)));
    if (fit.length === 0) throw new Error(`no ${what} is called 「${words}」; there are: ${list(all.flatMap(textsOf))}`);
    return fit;
  }
  function only(fit, words, what) {
    if (fit.length > 1) throw new Error(`${fit.length} ${what}s are called 「${words}」: narrow it down with Within`);
    return fit[0];
  }

  const fields = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]):not([type=image]), select, textarea";
  const pick = (el) => el.type === "radio" || el.type === "checkbox";
  const reachable = (el) => seen(el) || [...(el.labels || [])].some(seen);

  function field(scope, key) {
    const all = [...within(scope).querySelectorAll(fields)].filter((el) => !pick(el) && reachable(el));
    return only(best(all, key, (el) => [el.name, ...labels(el), ...(el.labels?.length ? [] : [legend(el)])], "field"), key, "field");
  }

  function option(scope, question, answer) {
    const root = within(scope);
    const picks = [...root.querySelectorAll("input[type=radio], input[type=checkbox]")].filter(reachable);
    const mine = picks.filter((el) => el.name === question || legend(el) === question);
    const near = mine.length ? mine : picks.filter((el) => legend(el).includes(question));
    if (near.length) return only(best(near, answer, (el) => [el.value, ...labels(el)], "answer"), answer, "answer");
    const selects = [...root.querySelectorAll("select")].filter(reachable);
    const s = only(best(selects, question, (el) => [el.name, ...labels(el)], "question"), question, "question");
    return best([...s.options], answer, (o) => [o.value, tidy(o.label)], "answer")[0];
  }

  function box(scope, key) {
    const all = [...within(scope).querySelectorAll("input[type=checkbox], input[type=radio]")].filter(reachable);
    return only(best(all, key, (el) => [el.name, ...labels(el)], "box"), key, "box");
  }

  const said = (el) => [tidy(el.innerText), tidy(el.value), tidy(el.getAttribute("aria-label"))].filter(Boolean);
  function button(scope, words) {
    const all = [...within(scope).querySelectorAll("button, input[type=submit], input[type=button], input[type=image], summary, [role=button]")].filter(seen);
    return only(best(all, words, said, "button"), words, "button");
  }
  function link(scope, words) {
    const all = [...within(scope).querySelectorAll("a[href]")].filter(seen);
    const fit = best(all, words, said, "link");
    // Two links to one place are one thing to a person.
    return only(fit.every((a) => a.href === fit[0].href) ? fit.slice(0, 1) : fit, words, "link");
  }

  // aim brings an element into view and says where a finger would touch it, and what it is.
  function aim(el) {
    const target = seen(el) && el.getClientRects()[0].width > 1 ? el : [...(el.labels || [])].find(seen);
    if (!target) throw new Error("it is not visible");
    target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const r = target.getClientRects()[0];
    const x = r.left + r.width / 2, y = r.top + r.height / 2;
    const hit = document.elementFromPoint(x, y);
    const ours = hit && (target.contains(hit) || el.contains(hit) || hit.closest("label")?.control === el);
    if (!ours) throw new Error(`it is covered by <${hit ? hit.tagName.toLowerCase() + " class=" + hit.className : "nothing"}>`);
    if (el.disabled) throw new Error("it is disabled");
    return { x, y };
  }

  // leads says whether pressing the element leaves the page, and first what a browser would hold
  // against its form.
  function leads(el) {
    const a = el.closest("a[href]");
    if (a) return !a.target && !a.hasAttribute("download") && a.href.split("#")[0] !== location.href.split("#")[0];
    if (!el.form || (el.type !== "submit" && el.type !== "image")) return false;
    if (!el.form.noValidate && !el.formNoValidate && !el.form.checkValidity()) {
      const bad = [...el.form.elements].find((f) => f.willValidate && !f.checkValidity());
      throw new Error(`the browser keeps the form back: ${labels(bad)[0] || bad.name}: ${bad.validationMessage}`);
    }
    if (el.getAttribute("formmethod") === "dialog" || el.form.method === "dialog") return false;
    window.__stays = false;
    for (const kind of ["submit", "click"]) {
      addEventListener(kind, (ev) => setTimeout(() => { if (ev.defaultPrevented) window.__stays = true; }), { once: true });
    }
    return true;
  }

  function text(scope) {
    const root = within(scope);
    return tidy(root === document ? document.body?.innerText : root.innerText);
  }

  function overflow() {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return "";
    const out = [...document.body.querySelectorAll("*")].find((el) => seen(el) && el.getBoundingClientRect().right > wide + 1);
    return `is ${document.documentElement.scrollWidth} px wide on a screen of ${wide}` +
      (out ? `; first too wide: <${out.tagName.toLowerCase()} class="${out.className}"> ${tidy(out.innerText).slice(0, 60)}` : "");
  }

  function focus() {
    const el = document.activeElement;
    if (!el || el === document.body) return "";
    return labels(el)[0] || tidy(el.innerText).slice(0, 200) || el.name || el.id || el.tagName.toLowerCase();
  }

  return { field, option, box, button, link, aim, leads, text, overflow, focus, within };
})()
