from django.core.paginator import Paginator
from django.shortcuts import render

from catalogue.index import Index
from catalogue.models import Product

PAGE_SIZE = 24


def parse_price(text):
    low, high = text.split("-")
    return int(low), int(high)


def results(request):
    index = Index.open()
    hits = index.query(request.GET.get("q", ""), limit=500)
    products = Product.objects.in_bulk(hits.ids())
    found = [products[hit.id] for hit in hits]
    if "price" in request.GET:
        low, high = parse_price(request.GET["price"])
        found = [product for product in found if low <= product.price <= high]
    page = Paginator(found, PAGE_SIZE).page(request.GET.get("page", 1))
    return render(request, "catalogue/results.html", {"page": page})
