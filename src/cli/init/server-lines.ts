/** What the server's administrator has to add, for one installation. */
export interface ServerLines {
  /** The server's own domain. */
  readonly server: string;
  /** Where the server listens for components. */
  readonly port: number;
  readonly components: readonly { readonly domain: string; readonly name: string; readonly secret: string }[];
}

/** For `prosody.cfg.lua`; Prosody 0.12 and later, mod_privilege from the community modules. */
export function prosodyLines({ server, port, components }: ServerLines): string {
  const domains = components.map(({ domain }) => domain);
  const privileges = domains.map(
    (domain) => `        [${lua(domain)}] = {
            roster = "both"; message = "outgoing";
            iq = {
                ["http://jabber.org/protocol/pubsub"] = "both";
                ["http://jabber.org/protocol/pubsub#owner"] = "set";
            };
        };`,
  );
  const sections = components.map(
    ({ domain, secret }) => `Component ${lua(domain)}
    component_secret = ${lua(secret)}
    modules_enabled = { "privilege" }
`,
  );
  return `-- 1. In the part that is for the whole server (at the top):
component_ports = { ${port} }
component_interfaces = { "127.0.0.1" }
-- If you have set s2s or stanza limits, exempt the component from them.

-- 2. In the section of your host. Add "privilege" to its modules_enabled if it has such a list, and these
--    lines to disco_items and privileged_entities if it has those:
VirtualHost ${lua(server)}
    modules_enabled = { "privilege" } -- XEP-0356; package prosody-modules
    disco_items = {
${components.map(({ domain, name }) => `        { ${lua(domain)}, ${lua(name)} };`).join('\n')}
    }
    privileged_entities = {
${privileges.join('\n')}
    }

-- 3. Sections of their own, at the end:
${sections.join('\n')}
-- 4. Files: in the section of your upload component (Component "upload.${server}" "http_file_share"):
    http_file_share_access = { ${[server, ...domains].map(lua).join(', ')} }

-- Then: prosodyctl check config, and restart Prosody.
`;
}

/** For `ejabberd.yml`; ejabberd 23.01 and later. */
export function ejabberdLines({ server, port, components }: ServerLines): string {
  const hosts = components.map(
    ({ domain, secret }) => `      ${yamlText(domain)}:
        password: ${yamlText(secret)}`,
  );
  const acl = components.map(({ domain }) => `      - ${yamlText(domain)}`);
  return `# 1. One more entry in the list "listen":
listen:
  -
    port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_service
    access: all
    shaper: none
    hosts:
${hosts.join('\n')}

# 2. In "acl" and "access_rules":
acl:
  isthmus:
    server:
${acl.join('\n')}
access_rules:
  isthmus:
    allow: isthmus
  isthmus_upload:
    - allow: local
    - allow: isthmus

# 3. In "modules" (for modules that you have, add the lines to what is there):
modules:
  mod_disco:
    extra_domains:
${components.map(({ domain }) => `      - ${yamlText(domain)}`).join('\n')}
  mod_privilege:
    roster:
      both: isthmus
    message:
      outgoing: isthmus
  mod_http_upload:
    access: isthmus_upload

# The host is ${server}. Then: ejabberdctl reload_config (a new port needs a restart).
`;
}

/** A Lua string literal: JSON's escapes are a subset of Lua's for printable text. */
function lua(text: string): string {
  return JSON.stringify(text);
}

/** A YAML string: JSON's are a subset. */
function yamlText(text: string): string {
  return JSON.stringify(text);
}
