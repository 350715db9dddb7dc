import { date, money } from "../lib/format.js";

export function Orders({ orders, locale }) {
  return orders.map((order) => (
    <article key={order.number}>
      <h3>{order.number}</h3>
      <p>{date(order.placedOn, locale)}</p>
      <p>{order.parcel.tracking.carrier}</p>
      <p>{money(order.total, order.currency)}</p>
    </article>
  ));
}
