/**
 * The inputs of the form and their rules.
 */
import { make } from './dom.js';
import { KINDS } from './feedback.js';
import { FEEDBACK_CHARS_MAX } from './limits.js';

export function makeFields(texts) {
  const message = makeField(texts, 'message', make('textarea', { maxlength: FEEDBACK_CHARS_MAX, required: true, autofocus: true }));
  const email = makeField(texts, 'email', make('input', { type: 'email', autocomplete: 'email' }));
  const name = makeField(texts, 'name', make('input', { autocomplete: 'name' }));
  const kinds = KINDS.map((kind) => make('input', { type: 'radio', name: 'kind', value: kind, checked: kind === 'bug' }));
  const labels = kinds.map((radio) => make('label', {}, radio, make('span', {}, texts[radio.value])));
  // Only programs that fill in everything see this one.
  const trap = make('input', { name: 'website', tabindex: -1, autocomplete: 'off' });

  return {
    message,
    elements: [
      make('fieldset', { class: 'kinds' }, make('legend', {}, texts.kind), make('div', {}, ...labels)),
      message.element,
      make('div', { class: 'pair' }, email.element, name.element),
      make('div', { class: 'trap', 'aria-hidden': 'true' }, trap),
    ],

    read: () => ({
      type: kinds.find((radio) => radio.checked).value,
      message: message.input.value.trim(),
      email: email.input.value.trim(),
      name: name.input.value.trim(),
      isTrapped: Boolean(trap.value),
    }),

    /** Fills in what is known, never over what was typed. */
    prefill(known) {
      for (const [field, value] of [[message, known.message], [email, known.email], [name, known.name]]) {
        field.input.value ||= value || '';
      }
      const chosen = kinds.find((radio) => radio.value === known.type);
      if (chosen) chosen.checked = true;
    },

    /** Marks what has to be corrected; answers the fields concerned. */
    check() {
      message.complain(message.input.value.trim() ? '' : texts.noMessage);
      email.complain(email.input.validity.valid ? '' : texts.badEmail);
      return [message, email].filter((field) => field.complaint());
    },

    clear() {
      message.input.value = '';
    },
  };
}

function makeField(texts, id, input) {
  const error = make('p', { class: 'error', id: `${id}-error` });
  const optional = input.required ? '' : make('small', {}, ` (${texts.optional})`);
  input.id = id;
  input.dir = 'auto';
  input.setAttribute('aria-describedby', error.id);
  return {
    input,
    element: make('div', { class: 'field' }, make('label', { for: id }, texts[id], optional), input, error),
    complaint: () => error.textContent,
    complain(text) {
      error.textContent = text;
      input.setAttribute('aria-invalid', Boolean(text));
    },
  };
}
