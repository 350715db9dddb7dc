/**
 * The look, as a constructable style sheet: a page whose policy forbids inline styles takes it without a nonce.
 * Nothing moves, so nobody has to ask for reduced motion.
 * A page may set `--fieldfare-accent` and `--fieldfare-on-accent` on any ancestor.
 */

const CSS = `
:host { all: initial !important; display: contents !important; }
.root {
  --paper: #fff; --ink: #1c2530; --soft: #55616f; --line: #8792a0; --wash: #f2f5f8; --bad: #b3261e;
  --accent: var(--fieldfare-accent, #2f5d86); --on-accent: var(--fieldfare-on-accent, #fff);
  color: var(--ink); font: 400 16px/1.45 system-ui, sans-serif; color-scheme: light;
}
.root.dark {
  --paper: #1a2029; --ink: #e9edf2; --soft: #a9b4c1; --line: #667382; --wash: #252d38; --bad: #ffb4ab;
  --accent: var(--fieldfare-accent, #93bbe4); --on-accent: var(--fieldfare-on-accent, #10202f);
  color-scheme: dark;
}
.root * { box-sizing: border-box; }
[hidden] { display: none !important; }
:focus-visible, :focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
h2, p, fieldset, ul, pre { margin: 0; padding: 0; border: 0; }
h2 { font-size: 19px; }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.6; }
button, .kinds span { font: inherit; min-height: 44px; padding: 0 14px; display: flex; align-items: center; justify-content: center; gap: 8px; border: 1px solid var(--line); border-radius: 8px; background: none; color: inherit; cursor: pointer; }
button:hover, .kinds label:hover span { background: var(--wash); }
button.main, .kinds :checked + span { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button[aria-disabled=true] { opacity: .6; }
button.plain { border-color: transparent; min-width: 44px; padding: 0; }
.pill { position: fixed; z-index: 2147483000; bottom: calc(16px + env(safe-area-inset-bottom)); right: 16px; border-radius: 22px; box-shadow: 0 2px 12px #0004; }
.pill.bottom-left { right: auto; left: 16px; }
dialog { margin: auto 16px 16px auto; width: min(440px, 100vw - 32px); max-height: calc(100dvh - 32px); overflow: auto; padding: 12px 20px 20px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); color: var(--ink); box-shadow: 0 12px 40px #0005; }
dialog.bottom-left { margin: auto auto 16px 16px; }
dialog.off { margin: auto; }
dialog::backdrop { background: #0a101680; }
form, .done, .problem, .pair { display: grid; gap: 14px; }
header, footer, .drop, .kinds div, ul { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; }
header, footer { justify-content: space-between; }
header { margin-inline-end: -12px; }
label, legend { font-weight: 600; font-size: 15px; padding: 0 0 4px; }
small, .hint, summary { font-weight: 400; font-size: 14px; color: var(--soft); }
.kinds label { flex: 1; position: relative; font-weight: 400; padding: 0; }
.kinds input { position: absolute; inset: 0; opacity: 0; }
.field { display: grid; align-content: start; }
.pair { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
.field input, textarea { font: inherit; width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: inherit; }
textarea { min-height: 112px; resize: vertical; }
.field [aria-invalid=true] { border-color: var(--bad); }
.error, .link { color: var(--bad); font-size: 14px; }
.error:not(:empty) { margin-top: 6px; }
.drop.over { outline: 2px dashed var(--accent); outline-offset: 4px; }
ul { list-style: none; width: 100%; }
li { position: relative; }
li img { display: block; height: 84px; max-width: 180px; object-fit: cover; border-radius: 8px; }
li button, li button:hover { position: absolute; top: 0; inset-inline-end: 0; color: #fff; background: none; }
li svg { padding: 3px; width: 26px; height: 26px; background: #0a1016cc; border-radius: 50%; }
summary { padding: 12px 0; cursor: pointer; }
details[open] { width: 100%; }
footer .main { margin-inline-start: auto; }
pre { font: 12px/1.4 monospace; max-height: 180px; overflow: auto; padding: 10px; background: var(--wash); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; direction: ltr; }
.problem { padding: 12px; border: 1px solid var(--bad); border-inline-start-width: 4px; border-radius: 8px; justify-items: start; }
.link { border: 0; padding: 0; text-decoration: underline; }
.done { justify-items: center; }
.trap, form:not([hidden]) + .done p { position: absolute; inset-inline-start: -9999px; }
@media (max-width: 480px) {
  .root dialog { margin: auto 0 0; width: 100%; max-width: 100%; border-radius: 14px 14px 0 0; border-width: 1px 0 0; padding: 8px 16px 16px; }
}
@media print { .pill { display: none; } }
`;

export function applyStyles(shadow) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  shadow.adoptedStyleSheets = [sheet];
}
