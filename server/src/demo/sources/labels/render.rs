use barcode::Code128;
use printpdf::PdfDocument;

use crate::address::Address;

/// Renders the parcel label of one order.
pub fn label(order: &str, address: &Address) -> PdfDocument {
    let mut page = PdfDocument::a6(order);
    page.text(12.0, 96.0, &address.name);
    let lines = wrap(&address.street, 28);
    page.text(12.0, 88.0, &lines[0]);
    page.text(12.0, 82.0, &lines[1]);
    page.image(12.0, 20.0, Code128::encode(order).expect("an order number is ASCII"));
    page
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    textwrap::wrap(text, width).into_iter().map(Into::into).collect()
}
