from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from basket.models import Basket
from checkout.forms import AddressForm
from checkout.orders import place_order
from payments.client import PaymentError
from shipping.rates import cheapest_rate


def summary(request):
    basket = Basket.of(request)
    rate = cheapest_rate(basket, request.session["country"])
    return render(request, "checkout/summary.html", {"basket": basket, "rate": rate})


def address(request):
    form = AddressForm(request.POST or None)
    if form.is_valid():
        request.session["shipping_address"] = form.cleaned_data
        return redirect("checkout:payment")
    return render(request, "checkout/address.html", {"form": form})


@require_POST
def confirm(request):
    basket = Basket.of(request)
    address = request.session["shipping_address"]
    try:
        order = place_order(basket, address, request.user)
    except basket.Empty:
        messages.info(request, "Your basket is empty.")
        return redirect("basket:show")
    basket.clear()
    return JsonResponse({"order": order.number, "next": order.get_absolute_url()})
