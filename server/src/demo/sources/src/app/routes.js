import { lazy } from "react";
import { createBrowserRouter } from "react-router";

const Product = lazy(() => import("../product/Page.jsx"));
const Checkout = lazy(() => import("../checkout/Page.jsx"));
const Account = lazy(() => import("../account/Orders.jsx"));

export const router = createBrowserRouter([
  { path: "/p/:slug", Component: Product },
  { path: "/checkout", Component: Checkout },
  { path: "/account/orders", Component: Account },
]);

export function openLast() {
  const last = sessionStorage.getItem("last-path");
  if (last) router.navigate(decodeURIComponent(last));
}
