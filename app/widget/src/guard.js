/**
 * The wall between us and the page that hosts us: nothing of ours that fails may reach it.
 */

/**
 * The same function, but its failures end here. They are shown to developers only, at a level
 * that no error tracker records: reporting our own errors could go round in circles.
 */
export function guarded(work) {
  return function (...given) {
    try {
      const result = work.apply(this, given);
      result?.catch?.(confess);
      return result;
    } catch (problem) {
      confess(problem);
    }
  };
}

function confess(problem) {
  console.debug('Fieldfare:', problem);
}
