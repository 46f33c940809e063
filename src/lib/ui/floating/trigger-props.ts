/** What a library's trigger spreads on its button: attributes, handlers and attachments. */
export type TriggerProps = Record<string | symbol, unknown>;
