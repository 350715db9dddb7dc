from decimal import Decimal

import requests
from django.core.cache import cache

ZONES = {"DE": 1, "AT": 1, "NL": 2, "FR": 2, "DK": 2, "SE": 3}
CARRIER = "https://rates.parcelway.example/v1/quote"


def zone(country):
    return ZONES[country]


def quote(weight, country):
    response = requests.get(CARRIER, params={"grams": weight, "zone": zone(country)}, timeout=2)
    response.raise_for_status()
    return Decimal(response.json()["price"])


def cheapest_rate(basket, country):
    weight = sum(line.weight for line in basket.lines())
    key = f"rate:{country}:{weight // 500}"
    return cache.get_or_set(key, lambda: quote(weight, country), 3600)
