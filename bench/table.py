"""What all benchmarks found, as the table of ``docs/performance.md``: ``python -m bench.table``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import RESULTS, Figure, load

PAGE = Path(__file__).resolve().parent.parent / "docs/performance.md"
BEGIN, END = "<!-- made by bench/table.py -->", "<!-- end of what is made -->"
MET = {True: "yes", False: "**no**", None: ""}


def rows() -> Iterator[str]:
    """A table a benchmark, and below it when, where and with what it was run."""
    for file in sorted(RESULTS.glob("*.json")):
        if file.stem.endswith("-quick"):
            continue
        said, figures = load(file)
        machine, versions = said["machine"], said["versions"]
        yield from ("", f"### {said['name'].capitalize()}", "")
        yield "| work | unit | timeblock | beside | there | ratio | target | met |"
        yield "|---|---|---:|---|---:|---:|---|---|"
        yield from map(_row, figures)
        used = ", ".join(f"{name} {version}" for name, version in versions.items())
        on = f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}"
        yield from ("", f"{said['made']}; {on}; {used}.")


def _row(figure: Figure) -> str:
    theirs, ratio = (_number(n) if n is not None else "" for n in (figure.theirs, figure.ratio))
    peer, target = figure.peer.replace("|", "\\|"), figure.target or ""
    ours = _number(figure.ours)
    return f"| {figure.work} | {figure.unit} | {ours} | {peer} | {theirs} | {ratio} | {target} | {MET[figure.met]} |"


def _number(value: float) -> str:
    """Three digits that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def main() -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text("\n".join((before + BEGIN, *rows(), "", END + after)), encoding="utf-8")


if __name__ == "__main__":
    main()
