declare global {
  namespace App {
    interface Error {
      message: string;
      /** True if a file of the page did not come. */
      isNotHere?: boolean;
    }
    interface PageState {
      /** True on the sign-in page if somebody was signed out without asking for it. */
      ended?: boolean;
    }
    interface Platform {
      req: import('node:http').IncomingMessage;
    }
  }
}

export {};
