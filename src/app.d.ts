declare global {
  namespace App {
    interface PageState {
      /** Of the sign-in page: somebody was signed out without asking for it. */
      ended?: boolean;
    }
    interface Platform {
      req: import('node:http').IncomingMessage;
    }
  }
}

export {};
