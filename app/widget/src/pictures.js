/**
 * The screenshots of a report: chosen, pasted or dropped; shown; removed. Knows nothing of the form around it.
 */
import { CLOSE_ICON, make, makeIcon } from './dom.js';
import { SCREENSHOT_MB_MAX, SCREENSHOTS_MAX } from './limits.js';
import { fill } from './texts.js';

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];

/** `area` is both the part of the form to show and where a file may be dropped. */
export function makePictures(texts) {
  const files = [];
  const list = make('ul');
  const problem = make('p', { class: 'error', role: 'alert' });
  const picker = make('input', { type: 'file', accept: TYPES.join(), multiple: true, hidden: true, onchange: pick });
  const button = make('button', { type: 'button', onclick: () => picker.click() }, texts.add);
  const area = make('div', { class: 'drop', ondragover: drag, ondragleave: drag, ondrop: drag }, list, picker, button,
    make('span', { class: 'hint' }, texts.hint), problem);

  function pick() {
    add(picker.files);
    // Choosing the removed file again must be a change.
    picker.value = '';
  }

  function drag(event) {
    event.preventDefault();
    area.classList.toggle('over', event.type === 'dragover');
    if (event.type === 'drop') add(event.dataTransfer.files);
  }

  function add(chosen) {
    problem.textContent = '';
    for (const file of chosen) {
      if (isAcceptable(file) && files.length < SCREENSHOTS_MAX) show(file);
      else problem.textContent = fill(texts.badPicture, { name: file.name, count: SCREENSHOTS_MAX, size: SCREENSHOT_MB_MAX });
    }
  }

  function show(file) {
    const address = URL.createObjectURL(file);
    const item = make('li', {}, make('img', { src: address, alt: file.name }));
    const remove = () => {
      URL.revokeObjectURL(address);
      item.remove();
      files.splice(files.indexOf(file), 1);
      problem.textContent = '';
      button.focus();
    };
    const label = fill(texts.remove, { name: file.name });
    item.append(make('button', { type: 'button', class: 'plain', 'aria-label': label, onclick: remove }, makeIcon(CLOSE_ICON)));
    list.append(item);
    files.push(file);
  }

  function clear() {
    list.querySelectorAll('button').forEach((each) => each.click());
  }

  return { area, files, add, clear };
}

function isAcceptable({ type, size }) {
  return TYPES.includes(type) && size <= SCREENSHOT_MB_MAX * 1e6;
}
