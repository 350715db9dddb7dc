/**
 * Makes and sends one piece of feedback.
 *
 * @typedef {{ type: string, message: string, name: string, email: string, isTrapped: boolean }} Written
 */
import { recentErrorId } from './errors.js';
import { newEvent } from './scope.js';
import { send } from './transport.js';

export const KINDS = ['bug', 'idea', 'question', 'praise'];

/**
 * The event of a piece of feedback. The id comes in: trying again must not look like a second report.
 * @param {Written} written
 */
export function feedbackEvent(id, { type, message, name, email, isTrapped }) {
  const event = newEvent();
  event.event_id = id;
  event.type = 'feedback';
  event.contexts.feedback = {
    type,
    message,
    name: name || undefined,
    contact_email: email || undefined,
    url: event.request.url,
    source: 'widget',
    associated_event_id: recentErrorId(),
    // A field no person can see was filled in. Told, not acted upon: a silent drop would lose real reports.
    honeypot: isTrapped || undefined,
  };
  return event;
}

/** Sends the event with its pictures in one envelope: they arrive together or not at all. */
export function sendFeedback(event, pictures) {
  const attachments = pictures.map(({ name, type, size }, index) => ({
    type: 'attachment',
    payload: pictures[index],
    headers: { length: size, filename: name, content_type: type },
  }));
  return send(event.event_id, [{ type: 'feedback', category: 'feedback', payload: event }, ...attachments]);
}
