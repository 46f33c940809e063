/** A configuration of a proxy that asks Rolecall before it lets a request through (DEC-4). */
export type ProxyRecipe = { id: 'nginx' | 'caddy' | 'traefik'; label: string; text: string };

/**
 * Configurations for proxies, with the address of this installation in them. The program behind the proxy never gets
 * the key, and nothing under a name of Rolecall's that the proxy did not say itself. docs/decisions-api.md shows the
 * same, `npm run test:proxies` runs it.
 * @param origin where the proxy reaches the console
 */
export function proxyRecipes(origin: string): ProxyRecipe[] {
  return [
    { id: 'nginx', label: 'nginx', text: nginx(origin) },
    { id: 'caddy', label: 'Caddy', text: caddy(origin) },
    { id: 'traefik', label: 'Traefik', text: traefik(origin) }
  ];
}

export function nginx(origin: string): string {
  return `# In the server block. Your program is at 127.0.0.1:8080; the secret is FORWARD_AUTH_SECRET.
location / {
  auth_request /_rolecall;
  auth_request_set $rolecall_subject $upstream_http_x_rolecall_subject;
  auth_request_set $rolecall_decision $upstream_http_x_rolecall_decision;
  proxy_set_header Host $host;
  proxy_set_header Authorization "";
  proxy_set_header X-Rolecall-Proxy "";
  proxy_set_header X-Rolecall-Subject $rolecall_subject;
  proxy_set_header X-Rolecall-Decision $rolecall_decision;
  proxy_pass http://127.0.0.1:8080;
}
location = /_rolecall {
  internal;
  proxy_pass ${origin}/authz/forward;
  proxy_ssl_server_name on;
  proxy_method GET;
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  proxy_set_header X-Rolecall-Proxy "the secret";
  proxy_set_header X-Rolecall-Subject "";
  proxy_set_header X-Rolecall-Decision "";
  proxy_set_header X-Original-Method $request_method;
  proxy_set_header X-Original-URI $request_uri;
  proxy_set_header X-Forwarded-Method "";
  proxy_set_header X-Forwarded-Uri "";
  proxy_set_header X-Forwarded-Host $host;
  proxy_set_header X-Forwarded-For $remote_addr;
}
`;
}

function caddy(origin: string): string {
  return `# Your program is at 127.0.0.1:8080; the secret is FORWARD_AUTH_SECRET.
app.example.com {
  route {
    request_header -X-Rolecall-*
    request_header -X_Rolecall*
    request_header -X-Original-*
    forward_auth ${origin} {
      uri /authz/forward
      header_up Host {upstream_hostport}
      header_up X-Rolecall-Proxy "the secret"
      copy_headers X-Rolecall-Subject X-Rolecall-Decision
    }
    reverse_proxy 127.0.0.1:8080 {
      header_up -Authorization
    }
  }
}
`;
}

function traefik(origin: string): string {
  return `# Your router gets: middlewares: [rolecall-before, rolecall, rolecall-after]. The secret is FORWARD_AUTH_SECRET.
http:
  middlewares:
    rolecall-before:
      headers:
        customRequestHeaders:
          X-Rolecall-Proxy: 'the secret'
          X-Rolecall-Subject: ''
          X-Rolecall-Decision: ''
    rolecall:
      forwardAuth:
        address: ${origin}/authz/forward
        trustForwardHeader: false
        authResponseHeaders: [X-Rolecall-Subject, X-Rolecall-Decision]
    rolecall-after:
      headers:
        customRequestHeaders:
          Authorization: ''
          X-Rolecall-Proxy: ''
`;
}
