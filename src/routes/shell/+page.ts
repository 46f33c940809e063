// The one page that is made at build time: the service worker keeps it and answers every address of the console with
// it.
export const prerender = true;
