/** Sessions of one person at a time (SECURITY S-08). */
export const MOST_SESSIONS = 10;
