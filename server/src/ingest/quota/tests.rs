use std::sync::Arc;

use fieldfare_app::api::{LimitSettings, Rates, SpikeProtection};
use uuid::Uuid;

use super::*;

fn errors(per_minute: u32) -> Rates {
    Rates { errors: Some(per_minute), ..Rates::default() }
}

/// A project's budget with limits of the installation, the project by default, and the project's settings.
fn budget(installation: Rates, project: Rates, settings: LimitSettings) -> Budget {
    let policy = Policy { limits: settings, ..Policy::default() };
    Budget::new(Arc::new(Quotas::new(installation, project)), Arc::new(policy), (7, 70), 0)
}

fn of_key(budget: &Budget, project_id: i64, key_id: i64) -> Budget {
    Budget { project_id, key_id, ..budget.clone() }
}

fn taken(budget: &Budget, meter: Meter) -> usize {
    (0..1_000).take_while(|_| budget.take(meter, 1).is_ok()).count()
}

#[test]
fn the_tightest_limit_counts_and_is_named() {
    let settings = |project, key| LimitSettings { project, keys: [(70, key)].into(), ..LimitSettings::default() };
    for (installation, default, project, key, granted, scope) in [
        (errors(10), Rates::default(), Rates::default(), Rates::default(), 10, Scope::Organization),
        (errors(10), errors(5), Rates::default(), Rates::default(), 5, Scope::Project),
        (errors(10), errors(5), errors(3), Rates::default(), 3, Scope::Project),
        (errors(10), errors(5), errors(50), Rates::default(), 5, Scope::Project),
        (errors(10), errors(5), Rates::default(), errors(2), 2, Scope::Key),
    ] {
        let budget = budget(installation, default, settings(project, key));
        assert_eq!(taken(&budget, Meter::Error), granted);
        assert_eq!(budget.take(Meter::Error, 1).unwrap_err().slot.scope, scope);
    }
}

#[test]
fn what_is_refused_by_one_bucket_is_not_taken_from_the_others() {
    let budget = budget(errors(10), errors(3), LimitSettings::default());
    assert_eq!((taken(&budget, Meter::Error), taken(&of_key(&budget, 8, 80), Meter::Error)), (3, 3));
    assert_eq!(taken(&of_key(&budget, 9, 90), Meter::Error), 3, "nothing was lost on refusals");
    assert_eq!(taken(&of_key(&budget, 10, 100), Meter::Error), 1);
}

#[test]
fn every_category_has_its_own_budget() {
    let rates = Rates { errors: Some(1), sessions: Some(2), feedback: Some(3), ..Rates::default() };
    let budget = budget(Rates::default(), rates, LimitSettings::default());
    for (meter, granted) in [(Meter::Error, 1), (Meter::Session, 2), (Meter::Feedback, 3), (Meter::Monitor, 1_000)] {
        assert_eq!(taken(&budget, meter), granted, "{meter:?}");
    }
    let gone: Vec<Meter> = budget.all_gone().iter().map(|limit| limit.slot.meter).collect();
    assert_eq!(gone, [Meter::Error, Meter::Session, Meter::Feedback]);
}

#[test]
fn a_large_file_goes_into_debt() {
    let rates = Rates { attachment_megabytes: Some(1), ..Rates::default() };
    let budget = budget(Rates::default(), rates, LimitSettings::default());
    assert!(budget.take(Meter::AttachmentBytes, 3_000_000).is_ok(), "it is let in as a whole");
    let limit = budget.take(Meter::AttachmentBytes, 1).unwrap_err();
    assert_eq!(limit.seconds, 121, "and two megabytes are waited for, and a byte");
}

#[test]
fn a_request_is_refused_unread_when_nothing_of_it_could_be_kept() {
    let rates = Rates { errors: Some(1), feedback: Some(1), ..Rates::default() };
    let budget = budget(Rates::default(), rates, LimitSettings::default());
    assert_eq!(budget.refuse_unread(&[Meter::Error]), None);
    assert_eq!(taken(&budget, Meter::Error), 1);
    assert_eq!(budget.refuse_unread(&[Meter::Error, Meter::Feedback]), None, "there may be feedback in it");
    let limits = budget.refuse_unread(&[Meter::Error]).unwrap();
    assert_eq!(limits.header(), "60:error;default:project:quota");
    assert_eq!(taken(&budget, Meter::Feedback), 1);
    assert!(budget.refuse_unread(&[Meter::Error, Meter::Feedback]).is_some());
    let refused = budget.quotas.refused.lock().unwrap();
    assert_eq!(*refused, BTreeMap::from([((7, "error", "quota"), 1), ((7, "default", "quota"), 1)]));
}

#[test]
fn sampling_can_be_set_and_switched_off() {
    let stored = |spikes, rates| {
        let budget = budget(Rates::default(), rates, LimitSettings { spikes, ..LimitSettings::default() });
        (0..400).filter(|_| budget.stores(Uuid::nil().into())).count()
    };
    let on = SpikeProtection::default();
    for (spikes, rates, expected) in [
        (on, errors(1_000), 200),
        (on, errors(2_000), 300),
        (on, Rates::default(), 400),
        (SpikeProtection { kept_per_minute: Some(200), ..on }, Rates::default(), 300),
        (SpikeProtection { enabled: false, kept_per_minute: Some(10) }, errors(1_000), 400),
    ] {
        assert_eq!(stored(spikes, rates), expected, "{spikes:?} {rates:?}");
    }
}
