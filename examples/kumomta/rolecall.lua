-- Caps of Rolecall in KumoMTA (2025.12.02 or newer: smtp_server_data sees all recipients of a message at once):
--
--   require 'rolecall'   -- in init.lua, with this file beside it in /opt/kumomta/etc/policy
--
-- NOT TRIED with a KumoMTA: there is none in the packages that Rolecall is tested with. It follows docs.kumomta.com: smtp_server_data,
-- recipient_list, kumo.http, kumo.json_encode, kumo.reject. Mail that is injected over HTTP does not come through here.
--
-- The key is one of an application whose role has quotas.ledger.consume. Mail of whoever did not sign in is let through.

local kumo = require 'kumo'

local ROLECALL = 'https://rolecall.example.com'
local KEY = os.getenv 'ROLECALL_KEY'
local SERVER = 'mx4' -- another one on each mail server

-- Asked again under the same key, Rolecall counts a message once.
local function consume(question)
  local client = kumo.http.build_client { timeout = '5 seconds' }
  for _ = 1, 2 do
    local ok, answer = pcall(function()
      local response = client
        :post(ROLECALL .. '/caps/v1/consume')
        :bearer_auth(KEY)
        :header('Content-Type', 'application/json')
        :body(kumo.json_encode(question))
        :send()
      if response:status_code() ~= 200 then
        error('HTTP ' .. response:status_code())
      end
      return kumo.json_parse(response:text())
    end)
    if ok then
      return answer
    end
  end
  return nil
end

kumo.on('smtp_server_data', function(message, conn_meta)
  local login = conn_meta:get_meta 'authn_id'
  if not login then
    return
  end
  local answer = consume {
    subject = { type = 'administrator', id = login },
    units = #message:recipient_list(),
    key = SERVER .. '/' .. tostring(message:id()),
  }
  -- Closed: without an answer mail waits at its sender. Open: return here, and it passes without being counted.
  if not answer then
    kumo.reject(451, '4.3.0 Caps cannot be checked')
  elseif not answer.granted and type(answer.smtp) == 'string' then
    -- "451 4.7.1 Daily limit …"
    kumo.reject(tonumber(answer.smtp:sub(1, 3)), answer.smtp:sub(5))
  end
end)
