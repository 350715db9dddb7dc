from celery import shared_task
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from checkout.models import Order


@shared_task(max_retries=3)
def send_confirmation(order_number):
    order = Order.objects.get(number=order_number)
    text = render_to_string("mail/confirmation.txt", {"order": order})
    message = EmailMessage(f"Your order {order.number}", text, to=[order.customer.email])
    with get_connection(timeout=10) as connection:
        connection.send_messages([message])


@shared_task
def weekly_newsletter(segment):
    for customer in segment.customers():
        greeting = f"Hello {customer.first_name.strip()}"
        text = render_to_string("mail/newsletter.txt", {"greeting": greeting})
        EmailMessage("New at Fernbrook", text, to=[customer.email]).send()
