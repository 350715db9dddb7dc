import requests
from django.conf import settings


class PaymentError(Exception):
    """NordPay did not take the money."""


class NordPay:
    def __init__(self, base_url, merchant, timeout=(3, 10)):
        self.base_url = base_url
        self.merchant = merchant
        self.timeout = timeout
        self.session = requests.Session()

    @classmethod
    def from_settings(cls):
        return cls(settings.NORDPAY_URL, settings.NORDPAY_MERCHANT)

    def charge(self, order, amount):
        body = {
            "merchant": self.merchant,
            "amount": {"value": int(amount * 100), "currency": order.currency},
            "reference": order.number,
        }
        answer = self._post("/v2/charges", body)
        if answer["status"] != "authorised":
            raise PaymentError(f"NordPay refused the charge: {answer['error']['message']}")
        return answer

    def refund(self, reference, amount):
        return self._post(f"/v2/charges/{reference}/refunds", {"amount": int(amount * 100)})

    def _post(self, path, body):
        response = self.session.post(self.base_url + path, json=body, timeout=self.timeout)
        return response.json()
