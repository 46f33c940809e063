/** Attributes, handlers and attachments that a library's trigger spreads on its button. */
export type TriggerProps = Record<string | symbol, unknown>;
