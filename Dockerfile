# The checker alone: both checkers, python-flint, and NumPy and SciPy for large certificates. Nothing that finds proofs.
#   docker build -t landscape-verify . && docker run --rm --network none -v "$PWD/certificates:/certificates:ro" landscape-verify
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY verify verify
COPY proofs proofs
COPY rocq rocq
RUN pip wheel --no-cache-dir --wheel-dir /wheels ".[float64]"

FROM python:3.13-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels "landscape-verify[float64]" && rm -r /wheels
USER 65534:65534
WORKDIR /certificates
ENTRYPOINT ["verify", "check"]
CMD ["."]
