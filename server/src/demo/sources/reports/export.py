import csv

from celery import shared_task

from checkout.models import Order


@shared_task(soft_time_limit=120)
def nightly_export(day):
    orders = Order.objects.filter(placed_on=day).prefetch_related("lines")
    with open(f"/srv/exports/{day}.csv", "w", encoding="latin-1") as file:
        writer = csv.writer(file)
        for order in orders.iterator():
            writer.writerow([order.number, order.customer.name, order.total()])
