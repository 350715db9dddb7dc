import { setTimeout as sleep } from "node:timers/promises";
import { warehouse } from "./warehouse.mjs";
import { redis } from "./redis.mjs";

const PAUSE_MS = 30_000;

export async function syncOnce(cursor) {
  const page = await warehouse.movements({ after: cursor, limit: 200 });
  for (const movement of page.items) {
    const sku = movement.article.sku.toUpperCase();
    await redis.hset("stock", sku, movement.balance);
  }
  return page.next;
}

export async function run() {
  let cursor = await redis.get("stock:cursor");
  for (;;) {
    cursor = await syncOnce(cursor);
    await redis.set("stock:cursor", cursor);
    await sleep(PAUSE_MS);
  }
}
