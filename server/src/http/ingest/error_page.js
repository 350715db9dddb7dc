// The crash-report dialog. Stands alone: no other file, no global name, nothing of the page's styles.
function showErrorPage(settings) {
  "use strict";
  const text = (name, standard) => settings[name] || standard;
  const self = document.currentScript;

  // The form goes where the script came from; a page that ran it in another way still knows the DSN.
  function endpoint() {
    if (self && self.src) return self.src;
    const dsn = new URL(settings.dsn);
    const path = dsn.pathname.slice(0, dsn.pathname.lastIndexOf("/"));
    const query = new URLSearchParams({ dsn: settings.dsn, eventId: settings.eventId });
    return dsn.protocol + "//" + dsn.host + path + "/api/embed/error-page/?" + query;
  }
  const address = endpoint();

  const style = `
    :host { all: initial; }
    dialog { box-sizing: border-box; width: min(34rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); margin: auto;
      padding: 1.75rem; overflow: auto; border: 1px solid #c9ccd3; border-radius: 12px; background: #fff; color: #1c1f26;
      font: 16px/1.5 system-ui, sans-serif; text-align: start; box-shadow: 0 20px 60px rgb(0 0 0 / .35); }
    dialog::backdrop { background: rgb(15 18 25 / .55); }
    h2 { margin: 0 0 .25rem; font-size: 1.25rem; line-height: 1.3; }
    p { margin: 0 0 .75rem; color: #4a5060; }
    label { display: block; margin: .9rem 0 .25rem; font-weight: 600; }
    input, textarea { box-sizing: border-box; width: 100%; padding: .55rem .7rem; border: 1px solid #80879a;
      border-radius: 7px; background: #fff; color: inherit; font: inherit; }
    textarea { min-height: 7rem; resize: vertical; }
    [aria-invalid=true] { border-color: #b3261e; }
    :focus-visible { outline: 3px solid #3b6fe0; outline-offset: 1px; }
    .wrong { margin: .25rem 0 0; color: #b3261e; }
    .buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
    button { padding: .55rem 1.1rem; border: 1px solid #80879a; border-radius: 7px; background: none; color: inherit;
      font: inherit; font-weight: 600; cursor: pointer; }
    button.main { border-color: #2952b8; background: #2952b8; color: #fff; }
    button:disabled { opacity: .6; cursor: default; }
    @media (prefers-color-scheme: dark) {
      dialog { border-color: #3a4050; background: #1b1e26; color: #eceef3; }
      p { color: #b4bac8; }
      input, textarea { background: #12141a; }
      .wrong, [aria-invalid=true] { color: #ff9a92; border-color: #ff9a92; }
    }`;

  // Text is only ever set as text.
  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function field(name, label, control) {
    const wrong = element("p", { class: "wrong", id: name + "-wrong", hidden: "" });
    control.id = name;
    control.name = name;
    control.setAttribute("aria-describedby", wrong.id);
    return [element("label", { for: name }, label), control, wrong];
  }

  const name = element("input", { autocomplete: "name", maxlength: "256" });
  const email = element("input", { type: "email", autocomplete: "email", maxlength: "256" });
  const comments = element("textarea", { required: "", maxlength: "8000" });
  name.value = text("name", "");
  email.value = text("email", "");

  const title = element("h2", { id: "title" }, text("title", "It looks like we’re having issues."));
  const lead = element("p", { id: "lead" }, text("subtitle", "Our team has been notified."), " ",
    text("subtitle2", "If you’d like to help, tell us what happened below."));
  const failed = element("p", { class: "wrong", role: "alert" });
  const submit = element("button", { class: "main", type: "submit" }, text("labelSubmit", "Submit Crash Report"));
  const close = element("button", { type: "button" }, text("labelClose", "Close"));
  const form = element("form", { novalidate: "" },
    ...field("name", text("labelName", "Name"), name),
    ...field("email", text("labelEmail", "Email"), email),
    ...field("comments", text("labelComments", "What happened?"), comments),
    failed, element("div", { class: "buttons" }, submit, close));
  const dialog = element("dialog", { "aria-labelledby": "title", "aria-describedby": "lead" }, title, lead, form);
  if (settings.lang) dialog.setAttribute("lang", settings.lang);

  const host = element("div", {});
  const root = host.attachShadow({ mode: "open" });
  // A sheet made by a script is allowed where a page's policy forbids inline styles.
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(element("style", {}, style));
  }
  root.append(dialog);

  function mark(errors) {
    let first;
    for (const control of [name, email, comments]) {
      const said = errors[control.name];
      const wrong = root.getElementById(control.name + "-wrong");
      wrong.textContent = said ? [].concat(said).join(" ") : "";
      wrong.hidden = !said;
      control.setAttribute("aria-invalid", String(Boolean(said)));
      if (said && !first) first = control;
    }
    if (first) first.focus();
  }

  function thank() {
    const said = element("p", { role: "status", tabindex: "-1" },
      text("successMessage", "Your feedback has been sent. Thank you!"));
    form.replaceChildren(said, element("div", { class: "buttons" }, close));
    lead.remove();
    dialog.removeAttribute("aria-describedby");
    said.focus();
  }

  async function send(event) {
    event.preventDefault();
    failed.textContent = "";
    mark({});
    submit.disabled = true;
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) return thank();
      const said = await answer.json().catch(() => ({}));
      failed.textContent = said.errors
        ? text("errorFormEntry", "Some fields were invalid. Please correct the errors and try again.")
        : text("errorGeneric", "An unknown error occurred while submitting your report. Please try again.");
      if (said.errors) mark(said.errors);
    } catch {
      failed.textContent =
        text("errorGeneric", "An unknown error occurred while submitting your report. Please try again.");
    } finally {
      submit.disabled = false;
    }
  }

  form.addEventListener("submit", send);
  close.addEventListener("click", () => dialog.close());
  // Keys that mean something to the page must not while somebody writes here.
  for (const kind of ["keydown", "keypress", "keyup"]) host.addEventListener(kind, (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    host.remove();
    // What the clients' onClose waits for.
    window.postMessage("__sentry_reportdialog_closed__", "*");
  });

  function show() {
    document.body.append(host);
    dialog.showModal();
    (name.value ? comments : name).focus();
  }
  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show);
}
