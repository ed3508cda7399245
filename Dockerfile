# The production image: no embedded servers, no tools, no root.
# Not run here: this project was built where no container engine was at hand. tests/architecture/test_deployment.py checks its rules.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/ requirements/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-deps --require-hashes -r requirements/production.txt \
    # the build backend: its own entry of the development lock, hashes included
    && awk '/^uv-build==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements/development.txt > /tmp/backend.txt \
    && python -m venv /backend \
    && /backend/bin/pip install --no-deps --require-hashes -r /tmp/backend.txt
COPY . .
RUN /backend/bin/pip wheel --no-deps --no-build-isolation -w /wheels . \
    && /venv/bin/pip install --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin whistle \
    && install -d -o whistle -g whistle /home/whistle/data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    LC_ALL=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    WHISTLE_ENV=production \
    WHISTLE_HTTP_HOST=0.0.0.0 \
    WHISTLE_DATA_DIR=/home/whistle/data
WORKDIR /home/whistle
USER 10001
EXPOSE 8000
ENTRYPOINT ["whistle"]
CMD ["serve"]
