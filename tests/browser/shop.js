// A shop that breaks when it is paid.
function chargeCard(card) {
  return card.limit.amount;
}

document.querySelector('#pay').addEventListener('click', function pay() {
  chargeCard({});
});
