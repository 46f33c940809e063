/** Name of the installation until it has one of its own. */
export const BRAND = 'Rolecall';
