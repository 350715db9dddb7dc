// A variant may refer to another one of which it is a colour.
export function rootOf(variant, all) {
  const parent = all.get(variant.parent);
  return parent ? rootOf(parent, all) : variant;
}

export function priceOf(variant, lists) {
  const list = lists.find((list) => list.country === variant.country);
  return list.prices[variant.sku];
}

export function sizes(product) {
  return Array.from({ length: product.maxSize - product.minSize + 1 }, (_, step) => product.minSize + step);
}
