import { useSyncExternalStore } from "react";
import { api } from "../api/client.js";

const KEY = "fernbrook.basket";
let state = JSON.parse(localStorage.getItem(KEY) ?? '{"lines":[]}');
const listeners = new Set();

function change(next) {
  state = next;
  localStorage.setItem(KEY, JSON.stringify(state));
  listeners.forEach((listener) => listener());
}

export function add(product, quantity) {
  const line = state.lines.find((line) => line.sku === product.variant.sku);
  if (line) line.quantity += quantity;
  else state.lines.push({ sku: product.variant.sku, quantity, price: product.price });
  change({ ...state });
}

export async function refresh() {
  const fresh = await api.get("/basket");
  change({ ...state, lines: fresh.lines.map((line) => ({ ...line, stale: false })) });
}

export function useBasket() {
  return useSyncExternalStore((listener) => (listeners.add(listener), () => listeners.delete(listener)), () => state);
}
