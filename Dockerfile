# syntax=docker/dockerfile:1
# The ledger as an image: built in one stage, run by nobody in particular in another.
#   docker build -t rights-ledger .
#   docker run -p 8000:8000 -v ledger:/var/lib/ledger -e LEDGER_IDENTITY=keys rights-ledger
#   docker run -p 8000:8000 -e LEDGER_ISSUER=https://… -e LEDGER_DATABASE_URL=postgresql+psycopg://… \
#     rights-ledger serve --host 0.0.0.0 --workers 4
# Without one of the two it does not start, as others could reach it: docs/how-to/let-people-in.md.

ARG PYTHON=3.13-slim

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# What changes seldom comes first, so that a change of our own code installs no package again.
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m venv /build \
    && /build/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements/build.txt \
    && python -m venv /ledger \
    && /ledger/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements/run.txt
COPY pyproject.toml ./
COPY ledger ledger
COPY policies policies
COPY projections projections
COPY api api
COPY migrations migrations
RUN /build/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir /wheels . \
    && /ledger/bin/pip install --quiet --no-deps --no-index /wheels/*.whl \
    && /ledger/bin/python -m compileall -q /ledger/lib \
    && /ledger/bin/pip uninstall --quiet --yes pip

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin ledger \
    && install -d -o ledger -g ledger /var/lib/ledger
COPY --from=build /ledger /ledger
ENV PATH=/ledger/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LEDGER_DATABASE_URL=sqlite:////var/lib/ledger/ledger.db
USER 10001
WORKDIR /var/lib/ledger
VOLUME /var/lib/ledger
EXPOSE 8000
# The image has no curl; any answer other than 2xx raises.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["ledger"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
