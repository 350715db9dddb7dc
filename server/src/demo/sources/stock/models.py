import logging

from django.db import models

log = logging.getLogger("shop.stock")


class StockItem(models.Model):
    sku = models.CharField(max_length=32, unique=True)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    @classmethod
    def take(cls, sku, quantity):
        item = cls.objects.select_for_update().get(sku=sku)
        item.on_hand -= quantity
        if item.on_hand < 0:
            log.warning("Stock of %s fell below zero", sku)
        item.save(update_fields=["on_hand"])
        return item

    @property
    def turnover(self):
        sold = self.movements.filter(kind="sale").count()
        return sold / self.on_hand
