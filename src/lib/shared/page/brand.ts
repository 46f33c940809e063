/** What the installation is called until it has a name of its own. */
export const BRAND = 'Rolecall';
