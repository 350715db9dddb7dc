import { useEffect, useState } from "react";
import { api } from "../api/client.js";

export function Suggest({ text, onPick }) {
  const [hits, setHits] = useState([]);

  useEffect(() => {
    const pattern = new RegExp(text, "i");
    api.get(`/suggest?q=${encodeURIComponent(text)}`).then((answer) => {
      setHits(answer.products.filter((product) => pattern.test(product.name)));
    });
  }, [text]);

  return (
    <ul role="listbox">
      {hits.map((hit) => (
        <li key={hit.id} onClick={() => onPick(hit)}>{hit.name}</li>
      ))}
    </ul>
  );
}
