const formats = new Map();

export function money(amount, currency) {
  if (!formats.has(currency)) {
    formats.set(currency, new Intl.NumberFormat(undefined, { style: "currency", currency }));
  }
  return formats.get(currency).format(amount);
}

export function date(text, locale) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(text));
}
