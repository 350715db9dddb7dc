/**
 * The feedback dialog: asks, sends, and says truthfully what became of it. What was typed stays until it has arrived.
 */
import { CLOSE_ICON, make, makeIcon } from './dom.js';
import { feedbackEvent, sendFeedback } from './feedback.js';
import { makeFields } from './fields.js';
import { makePictures } from './pictures.js';
import { scope } from './scope.js';
import { tell } from './signals.js';
import { newId } from './text.js';
import { failureText } from './texts.js';

export function makeForm(texts, position) {
  const fields = makeFields(texts);
  const pictures = makePictures(texts);
  // Kept until the report has arrived: sent twice, it is still one report.
  let id = newId();
  let isSending = false;
  let wrong = [];

  const problem = make('div', { class: 'problem', role: 'alert', hidden: true });
  const status = make('p', { role: 'status' });
  const preview = make('pre', { tabindex: 0 });
  const details = make('details', { ontoggle: showPreview }, make('summary', {}, texts.preview), preview);
  const button = make('button', { class: 'main' }, texts.send);
  const form = make('form', { novalidate: true, onsubmit: submit, oninput: edited }, problem, ...fields.elements,
    pictures.area, make('footer', {}, details, button));
  const leave = make('button', { type: 'button', class: 'main', onclick: close }, texts.close);
  const done = make('div', { class: 'done' }, status, leave);
  const cross = make('button', { type: 'button', class: 'plain', 'aria-label': texts.close, onclick: close }, makeIcon(CLOSE_ICON));
  const dialog = make('dialog', { class: position, 'aria-labelledby': 'title', onclose: () => tell('close'), onpaste: paste },
    make('header', {}, make('h2', { id: 'title' }, texts.title), cross), form, done);
  leave.hidden = true;

  function open(known = {}) {
    if (dialog.open) return;
    if (form.hidden) startAnew();
    fields.prefill({ ...scope.user, ...known });
    showPreview();
    dialog.showModal();
    tell('open');
  }

  function close() {
    dialog.close();
  }

  function startAnew() {
    form.hidden = false;
    leave.hidden = true;
    status.textContent = '';
  }

  function paste(event) {
    if (form.hidden || !event.clipboardData.files.length) return;
    event.preventDefault();
    pictures.add(event.clipboardData.files);
  }

  function showPreview() {
    if (details.open) preview.textContent = reportText();
  }

  function reportText() {
    return JSON.stringify(feedbackEvent(id, fields.read()), null, 1);
  }

  async function submit(event) {
    event.preventDefault();
    if (isSending) return;
    wrong = fields.check();
    showProblem(...wrong.map(({ input, complaint }) => makeLink(complaint(), input)));
    if (wrong.length) return wrong[0].input.focus();
    const report = feedbackEvent(id, fields.read());
    if (!tell('beforeSubmit', report)) return;
    setSending(true);
    tell('submit', report);
    const outcome = await sendFeedback(report, pictures.files);
    setSending(false);
    if (outcome.ok) thank(report);
    else admit(outcome);
  }

  /** Complaints go at the first correction, not with every letter: screen readers read each one out. */
  function edited() {
    if (wrong.length) showProblem();
    wrong.forEach(({ complain: settle }) => settle(''));
    wrong = [];
    showPreview();
  }

  function setSending(isNow) {
    isSending = isNow;
    fields.message.input.readOnly = isNow;
    // Not `disabled`: that would throw the focus out of the dialog.
    button.setAttribute('aria-disabled', isNow);
    button.textContent = isNow ? texts.sending : texts.send;
    status.textContent = isNow ? texts.sending : '';
  }

  function thank(report) {
    fields.clear();
    pictures.clear();
    id = newId();
    form.hidden = true;
    leave.hidden = false;
    status.textContent = texts.sent;
    leave.focus();
    tell('sent', report);
  }

  function admit(outcome) {
    const copy = make('button', { type: 'button', onclick: () => copyReport(copy) }, texts.copy);
    showProblem(make('p', {}, failureText(texts, outcome)), copy);
    problem.scrollIntoView({ block: 'nearest' });
    tell('error', outcome);
  }

  function showProblem(...parts) {
    problem.hidden = !parts.length;
    problem.replaceChildren(...parts);
  }

  async function copyReport(copy) {
    try {
      await navigator.clipboard.writeText(reportText());
      copy.textContent = texts.copied;
    } catch {
      // No clipboard on plain http: show it, selected, to be copied by hand.
      details.open = true;
      preview.textContent = reportText();
      preview.focus();
      getSelection().selectAllChildren(preview);
    }
  }

  return { dialog, open, close };
}

function makeLink(text, input) {
  return make('button', { type: 'button', class: 'link', onclick: () => input.focus() }, text);
}
