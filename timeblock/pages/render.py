"""Pages of one file, which need neither network nor script: templates beside a shared style and shared parts."""

from __future__ import annotations

from pathlib import Path


def rendered(template: Path, **values: object) -> str:
    """The page of a template, which may use the style and the parts in this folder. All values are escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folders = FileSystemLoader([template.parent, Path(__file__).parent])
    templates = Environment(
        loader=folders, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template(template.name).render(**values)
