-- For docker-compose.yml. The outer ports are those of clients and other servers only; the component port
-- stays inside the network of the containers.
local domain = os.getenv("XMPP_DOMAIN")
local gateway = os.getenv("GATEWAY_DOMAIN")

log = { { levels = { min = "info" }, to = "console" } }
data_path = "/var/lib/prosody"
certificates = "certs"
component_interfaces = { "*" }
component_ports = { 5347 }

modules_enabled = {
    "roster"; "saslauth"; "tls"; "dialback"; "disco"; "presence"; "message"; "iq"; "c2s"; "s2s";
    "carbons"; "pep"; "private"; "blocklist"; "vcard4"; "vcard_legacy"; "bookmarks"; "mam";
    "version"; "uptime"; "time"; "ping"; "csi_simple"; "smacks"; "admin_shell";
}
authentication = "internal_hashed"
allow_registration = false
c2s_require_encryption = true
s2s_require_encryption = true

VirtualHost(domain)
    disco_items = { { gateway, "IRC" } }

Component(gateway)
    component_secret = os.getenv("COMPONENT_SECRET")
