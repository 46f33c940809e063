import { pauseSending, resumeSending } from '../../../services/quotas/pause';
import { command, router, through } from '../init';

/** How much is sent, and who may not send. */
export const caps = router({
  pause: command('caps.pause').mutation(through(pauseSending)),
  resume: command('caps.resume').mutation(through(resumeSending))
});
