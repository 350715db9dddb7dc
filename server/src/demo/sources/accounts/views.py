from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.shortcuts import redirect, render

from accounts.avatars import thumbnail
from accounts.tokens import make_token

User = get_user_model()


def forgot_password(request):
    user = User.objects.get(email__iexact=request.POST["email"])
    send_mail("Your new password", make_token(user), None, [user.email])
    return redirect("accounts:mail-sent")


@login_required
def orders(request):
    orders = request.user.orders.select_related("payment").order_by("-placed_on")
    totals = {order.number: order.payment.amount for order in orders}
    return render(request, "accounts/orders.html", {"orders": orders, "totals": totals})


@login_required
def change_picture(request):
    picture = request.FILES["picture"]
    request.user.avatar = thumbnail(picture.read(), size=(256, 256))
    request.user.save(update_fields=["avatar"])
    return redirect("accounts:profile")
