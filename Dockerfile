# syntax=docker/dockerfile:1
# Two stages: compilers stay in the first.
FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY gateways ./gateways
COPY migrations ./migrations
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production ISTHMUS_CONFIG=/etc/isthmus/isthmus.yaml
RUN groupadd --system --gid 990 isthmus \
  && useradd --system --uid 990 --gid isthmus --home-dir /var/lib/isthmus --shell /usr/sbin/nologin isthmus \
  && install -d -o isthmus -g isthmus -m 700 /var/lib/isthmus \
  && install -d -m 755 /etc/isthmus
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/src/main.js /usr/local/bin/isthmus && chmod 755 dist/src/main.js
USER isthmus
VOLUME /var/lib/isthmus
STOPSIGNAL SIGTERM
# Asks the running gateway through its socket; it opens no second connection to the XMPP server.
HEALTHCHECK --interval=30s --timeout=20s --start-period=30s --retries=3 CMD ["isthmus", "check", "--quiet"]
ENTRYPOINT ["isthmus"]
CMD ["run"]
