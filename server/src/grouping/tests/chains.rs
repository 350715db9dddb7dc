use super::*;
use crate::grouping::Kind;
use crate::protocol::event::{Event, Exception};

/// The cause first, as SDKs send them.
fn java(exceptions: Vec<Exception>) -> Event {
    event("java", exceptions)
}

fn cause() -> Exception {
    exception("SqlError", "no table", frames(&["handle Web.java", "pay Cart.java", "query Db.java"]))
}

#[test]
fn framework_rewrapping_does_not_split() {
    let plain = java(vec![cause()]);
    let carried =
        exception("java.util.concurrent.ExecutionException", "SqlError: no table", frames(&["run Pool.java"]));
    let rewrapped =
        exception("java.lang.RuntimeException", "wrapped", frames(&["handle Web.java", "-invoke Proxy.java"]));
    let outside = exception("RuntimeException", "wrapped", frames(&["-dispatch Servlet.java"]));
    for wrapper in [carried, rewrapped, outside] {
        assert_together(&plain, &java(vec![cause(), wrapper]));
    }
}

#[test]
fn a_wrapper_with_a_meaning_stays() {
    let domain = exception("PaymentFailed", "sorry", frames(&["handle Web.java"]));
    let event = java(vec![cause(), domain]);
    assert_apart(&java(vec![cause()]), &event);
    assert_eq!(used(&keyed(&event))[..2], ["PaymentFailed", "SqlError"]);
    assert_eq!(keyed(&event).explanation.summary, "Grouped by 2 exception types and 3 in-app frames.");
}

#[test]
fn a_generic_wrapper_raised_in_code_of_its_own_stays() {
    let own = exception("RuntimeException", "no", frames(&["handle Web.java", "retry Worker.java"]));
    assert_apart(&java(vec![cause()]), &java(vec![cause(), own]));
}

#[test]
fn dropped_wrappers_are_explained() {
    let wrapper = exception("ExecutionException", "x", vec![]);
    assert_eq!(left_out(&keyed(&java(vec![cause(), wrapper])), Kind::Type), ["wrapper"]);
}

#[test]
fn a_type_repeated_by_wrapping_counts_once() {
    let again = || exception("SqlError", "again", frames(&["handle Web.java"]));
    assert_together(&java(vec![cause(), again()]), &java(vec![cause(), again(), again()]));
}

/// The root of the group is sent last.
fn grouped(members: Vec<Exception>) -> Event {
    let root = in_group(exception("ExceptionGroup", "some failed", frames(&["main shop/app.py"])), 0, None, true);
    let numbered = members.into_iter().zip(1..).map(|(member, id)| in_group(member, id, Some(0), false));
    let outer_first: Vec<Exception> = std::iter::once(root).chain(numbered).collect();
    event("python", outer_first.into_iter().rev().collect())
}

fn member(function: &str) -> Exception {
    exception("ValueError", "bad", frames(&[&format!("{function} shop/cart.py")]))
}

#[test]
fn a_group_with_one_distinct_member_is_that_member() {
    let alone = event("python", vec![member("pay")]);
    assert_together(&alone, &grouped(vec![member("pay")]));
    assert_together(&alone, &grouped(vec![member("pay"), member("pay")]));
}

#[test]
fn the_order_of_members_does_not_matter_and_the_set_does() {
    let both = grouped(vec![member("pay"), member("load")]);
    assert_together(&both, &grouped(vec![member("load"), member("pay"), member("load")]));
    assert_apart(&both, &grouped(vec![member("pay"), member("save")]));
    assert!(keyed(&both).explanation.summary.contains("2 distinct members"));
}

#[test]
fn forged_ids_cost_nothing() {
    let forged = || in_group(member("pay"), 1, Some(1), true);
    let event = event("python", (0..64).map(|_| forged()).collect());
    keyed(&event);
}
