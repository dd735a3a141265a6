# timeblock's daemon in a container, as a user of its own: the config in /config, all that it keeps in /data.
#
#     docker build -t timeblock .
#     docker run -d --name timeblock -v ./config:/config:ro -v timeblock:/data timeblock
#     docker exec timeblock timeblock status
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY man man
COPY timeblock timeblock
RUN python -m venv /opt/timeblock && /opt/timeblock/bin/pip install --no-cache-dir '.[metrics,postgresql]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data timeblock && install -d -o timeblock -m 700 /data && install -d /config
COPY --from=build /opt/timeblock /opt/timeblock
ENV PATH=/opt/timeblock/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TIMEBLOCK_CONFIG=/config/config.toml \
    XDG_STATE_HOME=/data/state \
    XDG_DATA_HOME=/data \
    XDG_CACHE_HOME=/data/cache
USER 10001
VOLUME ["/config", "/data"]
# the daemon says how it is each time it looks around, every quarter of an hour at the latest
HEALTHCHECK --interval=5m --start-period=2m \
    CMD ["sh", "-c", "test -n \"$(find /data/state/timeblock -name 'daemon-*.json' -mmin -20)\""]
ENTRYPOINT ["timeblock"]
CMD ["daemon", "--log", "json"]
