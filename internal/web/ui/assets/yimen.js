/* Pages work without this: it saves a click, a wait or a worry. */
(() => {
  'use strict';
  const d = document, all = (s, f) => d.querySelectorAll(s).forEach(f), busy = d.body.dataset.busy;

  // Faults: the summary has the focus.
  const sum = d.querySelector('[data-focus]');
  if (sum) sum.focus();
  d.addEventListener('click', e => {
    const a = e.target.closest('.err-sum a'), f = a && d.getElementById(decodeURIComponent(a.hash.slice(1)));
    if (f) { e.preventDefault(); f.focus(); f.scrollIntoView({ block: 'center' }); }
  });

  // What needs script shows only with it.
  all('[data-print]', b => { b.hidden = false; b.onclick = () => (frames[b.dataset.print] || window).print(); });
  all('[data-copy]', b => {
    if (!navigator.clipboard) return;
    b.hidden = false;
    b.onclick = () => navigator.clipboard.writeText(b.dataset.copy).then(() => { b.textContent = b.dataset.done; });
  });
  all('[data-cascade]', c => {
    const go = c.querySelector('button');
    c.addEventListener('change', e => { if (e.target.value && !('last' in e.target.dataset)) c.closest('form').requestSubmit(go); });
  });

  // Sent once; files with a bar.
  let sent = 0;
  addEventListener('pageshow', () => { sent = 0; all('[aria-busy]', f => f.removeAttribute('aria-busy')); all('#said', s => s.remove()); });
  d.addEventListener('submit', e => {
    const f = e.target;
    if (f.method !== 'post' || f.target) return;
    if (Date.now() - sent < 8000) return e.preventDefault();
    sent = Date.now();
    f.setAttribute('aria-busy', 'true');
    if (e.submitter && e.submitter.classList.contains('btn')) say(e.submitter, busy);
    if (f.dataset.upload && [...f.querySelectorAll('[type=file]')].some(i => i.files.length)) { e.preventDefault(); send(f, e.submitter); }
  });
  function say(near, text) {
    let s = d.getElementById('said');
    if (!s) { s = d.createElement('span'); s.id = 'said'; s.className = 'small muted'; s.setAttribute('role', 'status'); }
    near.after(s);
    s.textContent = text;
    return s;
  }
  function send(f, by) {
    const x = new XMLHttpRequest(), data = new FormData(f), bar = d.createElement('progress');
    if (by && by.name) data.append(by.name, by.value);
    bar.max = 100; bar.value = 0; bar.setAttribute('aria-label', f.dataset.upload);
    f.append(bar);
    x.upload.onprogress = e => { if (e.lengthComputable) { bar.value = e.loaded / e.total * 100; say(bar, f.dataset.upload + ' ' + Math.round(bar.value) + '%'); } };
    x.onload = () => {
      const to = x.getResponseHeader('X-Location');
      if (to) return location.assign(to);
      d.open(); d.write(x.responseText); d.close();
    };
    x.onerror = () => { sent = 0; bar.remove(); f.removeAttribute('aria-busy'); HTMLFormElement.prototype.submit.call(f); };
    x.open('POST', f.action); x.setRequestHeader('X-Send', '1'); x.send(data);
  }
  all('[data-drop]', z => {
    const i = z.querySelector('[type=file]'), t = z.querySelector('[data-chosen]'), over = on => z.classList.toggle('over', on);
    const list = () => { t.textContent = [...i.files].map(f => f.name).join('，'); };
    i.onchange = list;
    z.ondragover = e => { e.preventDefault(); over(true); };
    z.ondragleave = () => over(false);
    z.ondrop = e => { e.preventDefault(); over(false); i.files = e.dataTransfer.files; list(); };
  });

  // Saved while typing.
  all('form[data-save]', f => {
    let later, last = new URLSearchParams(new FormData(f)).toString();
    f.addEventListener('input', () => {
      clearTimeout(later);
      later = setTimeout(() => {
        const body = new URLSearchParams(new FormData(f));
        if (sent || body.toString() === last) return;
        fetch(f.action, { method: 'POST', body, headers: { 'X-Save': '1' } }).then(r => r.ok ? r.text() : '').then(t => {
          if (!t) return;
          last = body.toString();
          all('[data-saved]', s => { s.textContent = t; });
        }).catch(() => {});
      }, 2000);
    });
  });

  // The end of a session: warned two minutes before.
  const box = d.querySelector('[data-idle]');
  if (box) {
    const idle = box.dataset.idle * 1000, go = box.querySelector('button'), key = 'yimen-seen';
    const seen = t => { try { if (t) localStorage.setItem(key, t); return +localStorage.getItem(key) || t || 0; } catch { return t || 0; } };
    let mine = seen(Date.now()), back;
    setInterval(() => {
      const left = Math.max(mine, seen()) + idle - Date.now();
      if (left > 120000) { if (!box.hidden) { box.hidden = true; if (back) back.focus(); } return; }
      if (box.hidden) { back = d.activeElement; box.hidden = false; go.focus(); }
      if (left <= 0) { d.getElementById('timeout-t').hidden = go.hidden = true; box.querySelector('[data-ended]').hidden = false; }
    }, 5000);
    go.onclick = () => fetch(box.dataset.extend, { method: 'POST' }).then(r => {
      if (r.ok) { mine = seen(Date.now()); box.hidden = true; if (back) back.focus(); }
    }).catch(() => {});
  }

  // Who is here.
  all('[data-poll]', p => {
    let on;
    d.onpointermove = () => { on = 1; };
    setInterval(() => on && fetch(p.dataset.poll, { method: 'POST' }, on = 0).then(r => r.ok && r.text()).then(t => { p.textContent = t || ''; }), 12e4);
  });

  // Keys unless switched off: data-key; J and K in lists.
  if ('keys' in d.body.dataset) d.addEventListener('keydown', e => {
    if (e.key === 'Escape' && e.target.dataset.key) e.target.blur();
    if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.target.closest('input,select,textarea,[contenteditable]')) return;
    const k = e.key.toLowerCase(), el = d.querySelector('[data-key="' + CSS.escape(k) + '"]');
    if (el) { e.preventDefault(); return el.matches('input,select,textarea') ? el.focus() : el.click(); }
    const links = [...d.querySelectorAll('[data-list] a')];
    if ((k !== 'j' && k !== 'k') || !links.length) return;
    e.preventDefault();
    let at = links.indexOf(d.activeElement);
    if (at < 0) at = links.findIndex(a => a.hasAttribute('aria-current'));
    links[Math.min(links.length - 1, Math.max(0, at + (k === 'j' ? 1 : -1)))].focus();
  });
})();
