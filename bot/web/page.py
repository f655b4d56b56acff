"""The chat page: one template in the reader's language, with the words that its script needs."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.i18n import LANGUAGES, Translator, negotiate

if TYPE_CHECKING:
    from jinja2 import Template

COOKIE: Final = "enlace_language"
#: Each language's own name.
NAMES: Final = {"en": "English", "es": "Español", "fr": "Français", "pt": "Português"}

_TEMPLATES: Final = Path(__file__).parent / "templates"


class Page:
    """Renders the page; the template and its library are loaded when it is first asked for."""

    @functools.cached_property
    def _template(self) -> Template:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("chat.html")

    def show(self, request: Request, *, demo_speakers: bool) -> Response:
        """The page in the language that was chosen, else in the browser's."""
        chosen = request.query_params.get("lang", "")
        language = negotiate(
            chosen, request.cookies.get(COOKIE, ""), *accepted(request.headers.get("accept-language", ""))
        )
        t = Translator(language)
        html = self._template.render(
            t=t,
            language=language,
            languages=[(code, NAMES[code]) for code in LANGUAGES],
            demo_speakers=demo_speakers,
            suggestions=(t("web.example_project"), t("web.example_contact"), t("web.example_help")),
            words=_words(t),
        )
        answer = HTMLResponse(html)
        if chosen in LANGUAGES:
            answer.set_cookie(
                COOKIE, chosen, max_age=365 * 24 * 3600, path="/chat", httponly=True, samesite="lax"
            )
        return answer


def accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4)."""
    weighed = []
    for part in header[:400].split(","):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        if tag.strip() and quality > 0:
            weighed.append((-quality, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: pair[0])]


def _words(t: Translator) -> dict[str, str]:
    """What the script says by itself."""
    return {
        "visitor": t("web.visitor"),
        "focal": t("web.focal"),
        "coordinator": t("web.coordinator"),
        "operator": t("web.operator"),
        "edited": t("web.edited"),
        "answering": t("web.answering"),
        "not_sent": t("web.not_sent"),
        "again": t("web.again"),
        "lost": t("web.lost"),
        "stale": t("web.stale"),
        "reload": t("web.reload"),
        "too_many": t("web.too_many"),
        "news": t("web.news"),
        "placeholder_direct": t("web.placeholder_direct"),
        "placeholder_group": t("web.placeholder_group"),
        "welcome_direct": t("web.welcome_direct"),
        "welcome_group": t("web.welcome_group"),
        "form_choose": t("web.form_choose"),
        "form_none": t("form.empty"),
        "form_optional": t("web.form_optional"),
        "form_problems": t("form.problems"),
        "form_suggested": t("web.form_suggested", number="{number}"),
        "file_too_large": t("web.file_too_large"),
        "download": t("web.download", name="{name}"),
    }
