/**
 * Our one element on the page: a shadow root with the button and the dialog in it.
 */
import { make, makeIcon, SPEECH_ICON } from './dom.js';
import { makeForm } from './form.js';
import { atTheEnd, listen } from './lifetime.js';
import { applyStyles } from './styles.js';
import { textsFor } from './texts.js';

/** Shows the button, if wanted; answers the form. */
export function showPanel({ button, theme, lang, texts: ownTexts }) {
  const texts = textsFor(lang || document.documentElement.lang || navigator.language, ownTexts);
  const form = makeForm(texts, button);
  const root = make('div', { class: 'root', lang: texts.lang }, form.dialog);
  if (button !== 'off') root.prepend(makePill(texts, button, form));
  followTheme(root, theme);

  const host = make('fieldfare-widget');
  const shadow = host.attachShadow({ mode: 'open' });
  applyStyles(shadow);
  shadow.append(root);
  document.body.append(host);
  atTheEnd(() => host.remove());
  openFromPage(form);
  return form;
}

function makePill(texts, position, form) {
  const attributes = { type: 'button', class: `main pill ${position}`, 'aria-haspopup': 'dialog', onclick: () => form.open() };
  return make('button', attributes, makeIcon(SPEECH_ICON), texts.feedback);
}

function followTheme(root, theme) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => root.classList.toggle('dark', theme === 'dark' || (theme !== 'light' && system.matches));
  listen(system, 'change', apply);
  apply();
}

/** Any element with `data-ff-open` opens the form; its value may be the kind of feedback. */
function openFromPage(form) {
  listen(document, 'click', (event) => {
    const opener = event.target.closest?.('[data-ff-open]');
    if (!opener) return;
    event.preventDefault();
    form.open({ type: opener.dataset.ffOpen });
  });
}
