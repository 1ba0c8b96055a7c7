# Forbear in one container: pages, worker and, unless DATABASE_URL is given, its own PostgreSQL.
# --build-arg LOCK=extras adds what calls can use: telephone, browser headset, recogniser (0.6 GB).
FROM python:3.12-slim AS built
ARG LOCK=runtime
WORKDIR /source
COPY requirements requirements
RUN python -m venv /opt/forbear \
 && /opt/forbear/bin/pip install --no-cache-dir --require-hashes -r requirements/${LOCK}.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/forbear/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent forbear \
 && install -d -m 700 -o forbear -g forbear /var/lib/forbear /var/lib/forbear-keys
COPY --from=built /opt/forbear /opt/forbear
ENV PATH=/opt/forbear/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=forbear.settings.prod \
    FORBEAR_HOME=/var/lib/forbear \
    FORBEAR_KEYRING_FILE=/var/lib/forbear-keys/keyring.json
USER forbear
WORKDIR /var/lib/forbear
VOLUME ["/var/lib/forbear", "/var/lib/forbear-keys"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["forbear"]
CMD ["up", "--host", "0.0.0.0", "--port", "8000"]
