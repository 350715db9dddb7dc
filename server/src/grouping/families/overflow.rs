//! Which functions call each other until the stack is full.

use std::collections::BTreeMap;

use super::super::stack::Stack;

/// A cycle of more functions than this is an interpreter's or a parser's; its most frequent ones name it.
const CYCLE_MAX: usize = 12;

/// The functions seen more than once, in alphabetical order: where in the cycle the stack ran out is chance.
pub(super) fn cycle(stack: &Stack) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for token in stack.tokens() {
        *counts.entry(token).or_default() += 1;
    }
    // Those at the cut of the stack are seen once less than the others; those outside the cycle far less.
    let most = counts.values().copied().max().unwrap_or_default();
    let often = counts.into_iter().filter(|(_, count)| *count > 1 && *count + 1 >= most);
    often.map(|(token, _)| token.to_owned()).take(CYCLE_MAX).collect()
}
