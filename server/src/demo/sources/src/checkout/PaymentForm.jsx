import { useState } from "react";
import { api } from "../api/client.js";
import { money } from "../lib/format.js";
import { useBasket } from "../basket/store.js";

export function PaymentForm({ methods, onPaid }) {
  const basket = useBasket();
  const [chosen, choose] = useState(methods[0].id);
  const [busy, setBusy] = useState(false);

  async function pay(event) {
    event.preventDefault();
    setBusy(true);
    const answer = await api.post("/checkout/confirm", { method: chosen });
    const target = answer.payment.redirect.url;
    window.location.assign(target);
    onPaid(answer.order);
  }

  return (
    <form onSubmit={pay}>
      <MethodList methods={methods} chosen={chosen} onChoose={choose} />
      <p className="total">{money(basket.total, basket.currency)}</p>
      <button disabled={busy}>Pay now</button>
    </form>
  );
}
