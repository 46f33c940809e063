// Pages are a shell: everything in them comes from this device or over tRPC and /sync, so that they open without a
// connection.
export const ssr = false;
export const prerender = false;
