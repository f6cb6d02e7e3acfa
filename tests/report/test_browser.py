"""The page in a browser, where there is a system's Chromium: nothing fails, usable by all, dark, light, on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns import campaign

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
if CHROMIUM is None:
    pytest.skip("needs a system's Chromium", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as start:
        running = start.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(params=["report", pytest.param("audited", marks=campaign)])
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def test_nothing_fails_and_nothing_is_asked_of_a_network(browser: Any, path: Path) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    links = page.locator("a")
    assert links.count() > 3
    for index in range(links.count()):
        target = links.nth(index).get_attribute("href")
        assert page.locator(f"[id='{target[1:]}']").count() == 1, target
    page.locator("nav a").last.click()
    assert page.url.split("#")[1]
    page.close()


def contrast(page: Any) -> float:
    """Of the text with its background (WCAG): 4.5 is enough for all."""
    rgb = "getComputedStyle(document.body)"

    def luminance(name: str) -> float:
        colour = page.evaluate(f"{rgb}.{name}").removeprefix("rgb(").rstrip(")").split(",")
        channels = [int(part) / 255 for part in colour]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance("color"), luminance("backgroundColor")))
    return (high + 0.05) / (low + 0.05)


def test_dark_and_light_are_both_legible(browser: Any, path: Path) -> None:
    backgrounds = set()
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(path.as_uri())
        assert contrast(page) > 10
        for word in page.locator(".verdict").all():
            assert word.inner_text() in ("Verified", "Rejected", "Undecided", "Malformed", "proved", "refuted")
        fills = "[...document.querySelectorAll('figure svg text')].map(each => getComputedStyle(each).fill)"
        assert set(page.evaluate(fills)) <= {page.evaluate("getComputedStyle(document.body).color")}
        backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert len(backgrounds) == 2


def test_it_is_used_by_the_keyboard_and_read_by_a_screen_reader(browser: Any, path: Path) -> None:
    page = browser.new_page()
    page.goto(path.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#claims")
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation").get_attribute("aria-label")
    assert page.get_by_role("table").count() >= 1
    for picture in page.locator("svg").all():
        assert picture.get_attribute("role") == "img"
    for article in page.get_by_role("article").all():
        name = article.get_attribute("aria-labelledby")
        assert page.locator(f"[id='{name}']").inner_text()
    page.close()


@campaign
def test_it_fits_a_narrow_screen_and_prints(browser: Any, path: Path) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
