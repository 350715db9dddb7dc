from decimal import Decimal

from django.db import models
from django.utils import timezone


class Voucher(models.Model):
    code = models.CharField(max_length=20, unique=True)
    percent = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    expires_at = models.DateTimeField(null=True)

    def is_valid(self):
        return self.expires_at > timezone.now()

    def discount(self, total):
        if not self.is_valid():
            return Decimal(0)
        return (total * self.percent / 100).quantize(Decimal("0.01"))
