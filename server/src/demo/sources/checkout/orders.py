import logging

from django.db import transaction

from checkout.models import Order, OrderLine
from payments.client import NordPay
from stock.models import StockItem

log = logging.getLogger("shop.checkout")


def next_number(today):
    last = Order.objects.filter(placed_on=today).order_by("-number").first()
    sequence = int(last.number[-5:]) + 1 if last else 1
    return f"{today:%y%m%d}{sequence:05}"


@transaction.atomic
def place_order(basket, address, customer):
    number = next_number(basket.today)
    order = Order.objects.create(number=number, customer=customer, address=address)
    for line in basket.lines():
        StockItem.take(line.sku, line.quantity)
        OrderLine.objects.create(order=order, sku=line.sku, quantity=line.quantity)
    payment = NordPay.from_settings().charge(order, basket.total())
    order.payment_reference = payment["reference"]
    order.save(update_fields=["payment_reference"])
    log.info("placed order %s", order.number)
    return order
