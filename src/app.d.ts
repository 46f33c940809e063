declare global {
  namespace App {
    interface Platform {
      req: import('node:http').IncomingMessage;
    }
  }
}

export {};
